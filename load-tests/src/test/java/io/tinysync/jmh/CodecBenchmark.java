package io.tinysync.jmh;

import io.tinysync.engine.blob.BlobDigest;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.NameKey;
import io.tinysync.engine.tree.NameRules;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.engine.vault.core.StoredEntry;
import io.tinysync.engine.vault.core.VaultEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;

/** Name keys, the entry's forms in the journal and on the wire, and the hashes of a blob's bytes as they come. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
public class CodecBenchmark {

    private static final int PAGE = 500;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int PIECES = 128;

    private final NameRules names = NameRules.of(NamePolicy.PORTABLE);
    private final Entry entry = entry(1);
    private final VaultEvent.EntryCommitted event = new VaultEvent.EntryCommitted(
            ChainedEntry.after(Chain.START, entry), new VaultEvent.Origin(Sha256.hash(new byte[] {1}), 1));
    private final byte[] stored = StoredEntry.write(event);
    private final byte[] page = page();
    private final byte[] piece = piece();

    private static Entry entry(long seq) {
        Item item = new Item(
                LargeTree.id(seq),
                ItemId.ROOT,
                "Quarterly report, final version " + seq + ".docx",
                ItemKind.FILE,
                new Content(Sha256.hash(new byte[] {(byte) seq}), 123_456),
                null,
                0644,
                1_700_000_000_000_000_000L,
                seq,
                seq,
                seq,
                null);
        UUID id = item.itemId().value();
        return new Entry(
                seq,
                Chain.START,
                1,
                new OpId(id),
                new DeviceId(id),
                "2026-01-01T00:00:00Z",
                EntryKind.CREATE_FILE,
                Scope.ITEM,
                item);
    }

    private static byte[] page() {
        List<Entry> entries = new ArrayList<>();
        Chain chain = Chain.START;
        for (long seq = 1; seq <= PAGE; seq++) {
            Entry next = ChainedEntry.after(chain, entry(seq)).entry();
            entries.add(next);
            chain = next.chain();
        }
        return Json.write(new LogPage(1, PAGE, 1, entries));
    }

    private static byte[] piece() {
        byte[] bytes = new byte[PIECE_BYTES];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @Benchmark
    public NameKey nameKeyOfAscii() {
        return names.key("Quarterly report, final version.docx");
    }

    @Benchmark
    public NameKey nameKeyOfOthers() {
        return names.key("Größenübersicht – Résumé No.docx");
    }

    @Benchmark
    public byte[] entryToJournal() {
        return StoredEntry.write(new VaultEvent.EntryCommitted(ChainedEntry.after(Chain.START, entry), event.origin()));
    }

    @Benchmark
    public VaultEvent.EntryCommitted entryFromJournal() throws IOException {
        return StoredEntry.read(stored);
    }

    /** One entry of a page of 500, chain checked: what a device does with it before its store. */
    @Benchmark
    @OperationsPerInvocation(PAGE)
    public LogPage entryFromPage() throws IOException {
        return Json.readLogPage(page, Cursor.START);
    }

    /** 64 KiB of a blob of 8 MiB, of the whole and of its leaves. */
    @Benchmark
    @OperationsPerInvocation(PIECES)
    public Leaves verify64KiB() {
        BlobDigest digest = new BlobDigest();
        for (int i = 0; i < PIECES; i++) {
            digest.update(ByteBuffer.wrap(piece));
        }
        return digest.finish();
    }
}
