package io.tinysync.server;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.server.journal.JournalHead;
import io.tinysync.server.journal.JournalRows;
import io.tinysync.server.journal.LogTails;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.projection.ItemsProjection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A vault of a million items, each made by the entry of its seq: every thousandth is a folder, and the files that follow are in it.
 * It is written as rows of the journal, since a million requests would take an hour.
 */
final class LargeVault {

    static final int ITEMS = 1_000_000;

    private static final int ITEMS_IN_FOLDER = 1_000;
    private static final int ROWS_AT_ONCE = 5_000;

    private LargeVault() {}

    /**
     * Writes the whole journal of an empty vault, and has everything follow it that follows a journal. What PostgreSQL does about a
     * million new rows is done as well, and does not come upon what is measured later.
     */
    static void write(Database database, VaultId vault, DeviceId author) {
        Chain chain = Chain.START;
        List<ChainedEntry> entries = new ArrayList<>();
        for (long seq = 1; seq <= ITEMS; seq++) {
            ChainedEntry entry = ChainedEntry.after(chain, entry(seq, author));
            chain = entry.entry().chain();
            entries.add(entry);
            if (entries.size() == ROWS_AT_ONCE) {
                JournalRows.insert(database, vault, entries);
                entries.clear();
            }
        }
        new JournalHead(database, new LogTails()).catchUp(vault);
        new ItemsProjection(database).catchUp(vault);
        for (String statement : List.of("VACUUM (FREEZE, ANALYZE)", "CHECKPOINT")) {
            database.run(statements -> statements.update(statement));
        }
    }

    private static Entry entry(long seq, DeviceId author) {
        boolean isFolder = isFolder(seq);
        Item item = new Item(
                id(seq),
                isFolder ? ItemId.ROOT : id(folderOf(seq)),
                String.format(Locale.ROOT, isFolder ? "folder %07d" : "document %07d.txt", seq),
                isFolder ? ItemKind.FOLDER : ItemKind.FILE,
                isFolder ? null : new Content(hash(seq), seq),
                null,
                isFolder ? 0755 : 0644,
                1_700_000_000_000_000_000L + seq,
                seq,
                seq,
                seq,
                null);
        return new Entry(
                seq,
                Chain.START,
                1,
                new OpId(id(seq).value()),
                author,
                "2026-01-01T00:00:00Z",
                isFolder ? EntryKind.CREATE_FOLDER : EntryKind.CREATE_FILE,
                Scope.ITEM,
                item);
    }

    static boolean isFolder(long seq) {
        return seq % ITEMS_IN_FOLDER == 1;
    }

    private static long folderOf(long seq) {
        return seq - (seq - 1) % ITEMS_IN_FOLDER;
    }

    /** As random as a device's, and the same each time. */
    static ItemId id(long seq) {
        long random = new SplittableRandom(seq).nextLong();
        return new ItemId(new UUID(0x0190_0000_0000_7000L + (seq << 16), random >>> 2 | Long.MIN_VALUE));
    }

    private static Sha256 hash(long seq) {
        return Sha256.hash(ByteBuffer.allocate(Long.BYTES).putLong(seq).array());
    }

    /** A change of an item that nobody has changed the content of. */
    static Op touch(long seq) {
        return new Op.SetMetadata(new OpId(UUID.randomUUID()), id(seq), List.of(), null, seq, Base.at(seq));
    }
}
