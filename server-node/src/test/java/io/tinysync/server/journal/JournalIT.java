package io.tinysync.server.journal;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Scope;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.VaultSnapshots.Stored;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.engine.vault.core.StoredEntry;
import io.tinysync.engine.vault.core.VaultEvent;
import io.tinysync.server.TestPostgres;
import io.tinysync.server.identity.Devices;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.postgres.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the server reads from and keeps beside the journal, on rows that the test writes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JournalIT {

    private static final Executor SAME_THREAD = Runnable::run;

    private Database database;
    private DeviceId device;
    private VaultId vault;
    private List<Entry> entries;

    @BeforeAll
    void open() throws Exception {
        database = Database.open(TestPostgres.newDatabase());
        device = new Devices(database).register("device").deviceId();
    }

    @AfterAll
    void close() {
        database.close();
    }

    @BeforeEach
    void makeVault() {
        vault = new Vaults(database)
                .create(UUID.randomUUID().toString(), NamePolicy.POSIX)
                .orElseThrow()
                .vaultId();
        entries = new ArrayList<>();
    }

    /** Appends entries as the vault's entity stores them, each naming a blob of its own. */
    private void append(int count, String nameTail) {
        Chain chain = entries.isEmpty() ? Chain.START : entries.getLast().chain();
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long seq = entries.size() + 1L;
            ChainedEntry chained = ChainedEntry.after(chain, file(seq, "f" + seq + nameTail));
            entries.add(chained.entry());
            chain = chained.entry().chain();
            byte[] event = StoredEntry.write(new VaultEvent.EntryCommitted(chained, null));
            rows.add(new Object[] {PostgresJournal.key(vault), seq, event});
        }
        database.<Integer>transact(statements -> {
            statements.updateAll("""
                    INSERT INTO event_journal (persistence_id, sequence_number, writer, event_ser_id,
                        event_ser_manifest, event_payload) VALUES (?, ?, 'test', 1, 'test', ?)""", rows);
            return rows.size();
        });
    }

    private static Entry file(long seq, String name) {
        Item item = new Item(
                new ItemId(new UUID(7L << 12, seq)),
                ItemId.ROOT,
                name,
                ItemKind.FILE,
                new Content(blob(seq), seq),
                null,
                0644,
                0,
                seq,
                seq,
                seq,
                null);
        return new Entry(
                seq, Chain.START, 1, null, null, "2026-01-01T00:00:00Z", EntryKind.CREATE_FILE, Scope.ITEM, item);
    }

    private static Sha256 blob(long seq) {
        return Sha256.hash(new byte[] {(byte) seq, (byte) (seq >> 8)});
    }

    private void dropBelow(long seq) {
        database.run(statements -> statements.update(
                "DELETE FROM event_journal WHERE persistence_id = ? AND sequence_number < ?",
                PostgresJournal.key(vault),
                seq));
    }

    @Test
    void positionsAreThoseOfTheJournal() {
        PostgresJournal journal = new PostgresJournal(database, SAME_THREAD);
        assertThat(get(journal.highestSeq(vault))).isZero();
        assertThat(get(journal.chainAt(vault, 1))).isEmpty();

        append(3, "");

        assertThat(get(journal.highestSeq(vault))).isEqualTo(3);
        assertThat(get(journal.chainAt(vault, 2))).contains(entries.get(1).chain());
    }

    @Test
    void aPageEndsWhereItHasAMebibyte() throws Exception {
        append(600, "x".repeat(4000));
        VaultLog log = new VaultLog(database);

        Cursor cursor = Cursor.START;
        List<Entry> read = new ArrayList<>();
        while (read.size() < 600) {
            LogReply.Page page = (LogReply.Page) log.read(vault, cursor, 1000);
            assertThat(page.json().size()).isLessThan((1 << 20) + 10_000);
            LogPage parsed = Json.readLogPage(page.json().toArray(), cursor);
            assertThat(parsed.entries()).hasSize(page.entries());
            assertThat(parsed.headSeq()).isEqualTo(600);
            read.addAll(parsed.entries());
            cursor = read.getLast().cursor();
        }

        assertThat(read).isEqualTo(entries);
    }

    @Test
    void belowTheOldestEntryThatIsKeptTheLogIsTruncated() {
        append(10, "");
        dropBelow(5);
        VaultLog log = new VaultLog(database);

        assertThat(log.read(vault, Cursor.START, 10)).isEqualTo(new LogReply.Truncated(5));
        assertThat(log.read(vault, entries.get(2).cursor(), 10)).isEqualTo(new LogReply.Truncated(5));
        assertThat(log.read(vault, entries.get(4).cursor(), 10)).isInstanceOf(LogReply.Page.class);
        assertThat(log.read(vault, new Cursor(1, 5, Chain.START), 10)).isEqualTo(new LogReply.Diverged());
        assertThat(log.read(vault, new Cursor(1, 11, Chain.START), 10)).isEqualTo(new LogReply.Diverged());
    }

    @Test
    void namedBlobsFollowTheJournalHoweverFarItIs() {
        HeldBlobs held = new HeldBlobs(database);
        assertThat(held.size(vault, device, blob(1))).isEmpty();

        append(2100, "");

        assertThat(held.size(vault, device, blob(2100))).hasValue(2100);
        assertThat(held.sizes(vault, device, List.of(blob(1), blob(2000), blob(9999))))
                .isEqualTo(Map.of(blob(1), 1L, blob(2000), 2000L));
        append(1, "");
        assertThat(held.size(vault, device, blob(2101))).hasValue(2101);
    }

    @Test
    void anUploadIsHeldForItsDeviceOnly() {
        HeldBlobs held = new HeldBlobs(database);
        DeviceId other = new Devices(database).register("other").deviceId();
        held.uploaded(vault, device, blob(7), 2);
        held.uploaded(vault, device, blob(7), 2);

        assertThat(held.size(vault, device, blob(7))).hasValue(2);
        assertThat(held.size(vault, other, blob(7))).isEmpty();
    }

    @Test
    void requestNumbersAreKeptOnlyAtTheHeadThatWasExpectedAndNeverSink() {
        PostgresRequestNumbers numbers = new PostgresRequestNumbers(database, SAME_THREAD);
        DeviceId other = new Devices(database).register("other").deviceId();
        append(2, "");

        assertThat(get(numbers.record(vault, Map.of(device, 5L), 1))).isFalse();
        assertThat(get(numbers.load(vault))).isEmpty();
        assertThat(get(numbers.record(vault, Map.of(device, 5L, other, 9L), 2))).isTrue();
        assertThat(get(numbers.record(vault, Map.of(device, 4L), 2))).isTrue();

        assertThat(get(numbers.load(vault))).isEqualTo(Map.of(device, 5L, other, 9L));
    }

    @Test
    void theTwoNewestSnapshotsAreKept() {
        PostgresVaultSnapshots snapshots = new PostgresVaultSnapshots(database, SAME_THREAD);
        assertThat(get(snapshots.newest(vault, Long.MAX_VALUE))).isEmpty();
        for (long seq = 1; seq <= 3; seq++) {
            get(snapshots.save(vault, new Stored(seq, ByteString.fromString("state " + seq))));
        }
        get(snapshots.save(vault, new Stored(3, ByteString.fromString("state 3 again"))));

        assertThat(get(snapshots.newest(vault, Long.MAX_VALUE)))
                .contains(new Stored(3, ByteString.fromString("state 3 again")));
        assertThat(get(snapshots.newest(vault, 2))).contains(new Stored(2, ByteString.fromString("state 2")));
        assertThat(get(snapshots.newest(vault, 1))).isEmpty();
    }

    @Test
    void aDatabaseOfAnotherHistoryMeansANewEpochForEveryVaultUntilItHasBegun() {
        Restores restores = new Restores(database);
        restores.notice(false);
        assertThat(restores.pending()).doesNotContain(vault);

        database.run(statements -> statements.update("UPDATE server_history SET system_identifier = 1"));
        restores.notice(false);
        restores.notice(false);

        assertThat(restores.pending()).contains(vault);
        restores.begun(vault);
        assertThat(restores.pending()).doesNotContain(vault);
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
