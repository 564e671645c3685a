package io.tinysync.server.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.blob.collection.CollectionRules;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.AcceptedOp;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.engine.vault.core.KnownOps;
import io.tinysync.server.TestPostgres;
import io.tinysync.server.blobs.BlobLeases;
import io.tinysync.server.identity.Devices;
import io.tinysync.server.identity.Origin;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.postgres.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the server reads from and keeps beside the journal, on rows that the test writes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JournalIT {

    private static final Executor SAME_THREAD = Runnable::run;
    private static final Origin ORIGIN = Origin.admin("127.0.0.1");

    private Database database;
    private DeviceId device;
    private VaultId vault;
    private List<Entry> entries;

    @BeforeAll
    void open() throws Exception {
        database = Database.open(TestPostgres.newDatabase());
        device = new Devices(database).register("device", ORIGIN).deviceId();
    }

    @AfterAll
    void close() {
        database.close();
    }

    @BeforeEach
    void makeVault() {
        vault = new Vaults(database)
                .create(UUID.randomUUID().toString(), NamePolicy.POSIX, ORIGIN)
                .orElseThrow()
                .vaultId();
        entries = new ArrayList<>();
    }

    /** Appends entries as the vault's entity stores them, each naming a blob of its own. */
    private void append(int count, String nameTail) {
        Chain chain = entries.isEmpty() ? Chain.START : entries.getLast().chain();
        List<ChainedEntry> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long seq = entries.size() + 1L;
            ChainedEntry entry = JournalRows.file(chain, seq, "f" + seq + nameTail);
            added.add(entry);
            entries.add(entry.entry());
            chain = entry.entry().chain();
        }
        JournalRows.insert(database, vault, added);
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
        VaultLog log = new VaultLog(database, new LogTails());

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
        get(new PostgresLogIndex(database, SAME_THREAD).catchUp(vault));
        dropBelow(5);
        VaultLog log = new VaultLog(database, new LogTails());

        assertThat(log.read(vault, Cursor.START, 10)).isEqualTo(new LogReply.Truncated(5));
        assertThat(log.read(vault, entries.get(2).cursor(), 10)).isEqualTo(new LogReply.Truncated(5));
        assertThat(log.read(vault, new Cursor(1, 3, Chain.START), 10)).isEqualTo(new LogReply.Diverged());
        LogReply.Page next = (LogReply.Page) log.read(vault, entries.get(3).cursor(), 2);
        assertThat(next.entries()).isEqualTo(2);
        assertThat(log.read(vault, new Cursor(1, 4, Chain.START), 10)).isEqualTo(new LogReply.Diverged());
        assertThat(log.read(vault, entries.get(4).cursor(), 10)).isInstanceOf(LogReply.Page.class);
        assertThat(log.read(vault, new Cursor(1, 5, Chain.START), 10)).isEqualTo(new LogReply.Diverged());
        assertThat(log.read(vault, new Cursor(1, 11, Chain.START), 10)).isEqualTo(new LogReply.Diverged());
    }

    @Test
    void namedBlobsFollowTheJournalHoweverFarItIs() {
        HeldBlobs held = new HeldBlobs(database);
        assertThat(held.size(vault, device, JournalRows.blob(1))).isEmpty();

        append(2100, "");

        assertThat(held.size(vault, device, JournalRows.blob(2100))).hasValue(2100);
        assertThat(held.sizes(
                        vault, device, List.of(JournalRows.blob(1), JournalRows.blob(2000), JournalRows.blob(9999))))
                .isEqualTo(Map.of(JournalRows.blob(1), 1L, JournalRows.blob(2000), 2000L));
        append(1, "");
        assertThat(held.size(vault, device, JournalRows.blob(2101))).hasValue(2101);
    }

    /** Somebody else's request may bring the projection to the head just after this one has looked there in vain. */
    @Test
    void aBlobIsHeldForEverybodyWhoAsksAtTheSameMomentAfterItWasNamed() throws Exception {
        HeldBlobs held = new HeldBlobs(database);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long round = 1; round <= 200; round++) {
                append(1, "");
                Sha256 named = JournalRows.blob(round);
                Callable<OptionalLong> question = () -> held.size(vault, device, named);
                for (Future<OptionalLong> answer : threads.invokeAll(Collections.nCopies(8, question))) {
                    assertThat(answer.get()).hasValue(round);
                }
            }
        }
    }

    @Test
    void anUploadIsHeldForItsDeviceOnly() {
        HeldBlobs held = new HeldBlobs(database);
        BlobLeases leases = new BlobLeases(
                database, new CollectionRules(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(1)));
        DeviceId other = new Devices(database).register("other", ORIGIN).deviceId();
        leases.arrived(vault, device, JournalRows.blob(7), 2);
        leases.arrived(vault, device, JournalRows.blob(7), 2);

        assertThat(held.size(vault, device, JournalRows.blob(7))).hasValue(2);
        assertThat(held.size(vault, other, JournalRows.blob(7))).isEmpty();
    }

    @Test
    void requestNumbersAreKeptOnlyAtTheHeadThatWasExpectedAndNeverSink() {
        PostgresRequestNumbers numbers = new PostgresRequestNumbers(database, SAME_THREAD);
        DeviceId other = new Devices(database).register("other", ORIGIN).deviceId();
        append(2, "");

        assertThat(get(numbers.record(vault, Map.of(device, 5L), 1))).isFalse();
        assertThat(get(numbers.load(vault))).isEmpty();
        assertThat(get(numbers.record(vault, Map.of(device, 5L, other, 9L), 2))).isTrue();
        assertThat(get(numbers.record(vault, Map.of(device, 4L), 2))).isTrue();

        assertThat(get(numbers.load(vault))).isEqualTo(Map.of(device, 5L, other, 9L));
    }

    @Test
    void theTwoNewestProvenStatesAreKeptWithWhatIsNewer() throws IOException {
        PostgresVaultSnapshots states = new PostgresVaultSnapshots(database);
        assertThat(newest(states, Long.MAX_VALUE)).isEmpty();
        assertThat(states.oldestProven(vault)).isEmpty();
        for (long seq = 1; seq <= 4; seq++) {
            save(states, seq, "state " + seq);
            if (seq != 3) {
                states.proven(vault, seq);
            }
        }
        save(states, 5, "state 5");
        save(states, 5, "state 5 again");
        save(states, 4, "another state 4");

        assertThat(newest(states, Long.MAX_VALUE)).contains("5: state 5 again");
        assertThat(newest(states, 4)).contains("4: state 4");
        assertThat(newest(states, 3)).contains("3: state 3");
        assertThat(newest(states, 2)).contains("2: state 2");
        assertThat(newest(states, 1)).isEmpty();
        assertThat(states.oldestProven(vault)).hasValue(2);
    }

    @Test
    void aStateIsStoredWholeOrNotAtAllHoweverLongItIs() throws IOException {
        PostgresVaultSnapshots states = new PostgresVaultSnapshots(database);
        byte[] bytes = new byte[(5 << 19) + 7];
        new Random(1).nextBytes(bytes);
        states.save(vault, 1, out -> {
            for (int i = 0; i < bytes.length; i += 1000) {
                out.write(bytes, i, Math.min(1000, bytes.length - i));
            }
        });

        assertThat(states.at(vault, 1, (seq, in) -> in.readAllBytes())).contains(bytes);
        assertThatThrownBy(() -> states.save(vault, 2, out -> {
                    out.write(bytes);
                    throw new IOException("it breaks off");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("it breaks off");
        assertThat(states.at(vault, 2, (seq, in) -> seq)).isEmpty();
    }

    private void save(PostgresVaultSnapshots states, long seq, String text) throws IOException {
        states.save(vault, seq, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<String> newest(PostgresVaultSnapshots states, long maxSeq) throws IOException {
        return states.newest(
                vault, maxSeq, (seq, in) -> seq + ": " + new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void theIndexKnowsEveryOpAndChainAlsoOfEntriesThatAreGone() {
        PostgresLogIndex index = new PostgresLogIndex(database, SAME_THREAD);
        append(4100, "");
        OpId first = Objects.requireNonNull(entries.getFirst().opId());
        OpId last = Objects.requireNonNull(entries.getLast().opId());
        assertThat(get(index.indexedSeq(vault))).isZero();
        assertThat(get(index.find(vault, Set.of(first)))).isEqualTo(new KnownOps(0, Map.of()));

        assertThat(get(index.catchUp(vault))).isEqualTo(4100);
        assertThat(get(index.catchUp(vault))).isEqualTo(4100);
        dropBelow(4000);
        append(1, "");

        OpId unknown = new OpId(new UUID(0, 7));
        assertThat(get(index.find(vault, Set.of(first, last, unknown))))
                .isEqualTo(new KnownOps(
                        4100,
                        Map.of(
                                first,
                                new AcceptedOp(1, JournalRows.OP_HASH),
                                last,
                                new AcceptedOp(4100, JournalRows.OP_HASH))));
        PostgresJournal journal = new PostgresJournal(database, SAME_THREAD);
        assertThat(get(journal.chainAt(vault, 1))).contains(entries.getFirst().chain());
        assertThat(journal.minRetainedSeq(vault)).isEqualTo(4000);
        assertThat(get(index.catchUp(vault))).isEqualTo(4101);
    }

    @Test
    void whatIsOlderThanATimeEndsBeforeTheFirstEntryThatIsNot() {
        PostgresLogIndex index = new PostgresLogIndex(database, SAME_THREAD);
        append(5, "");
        database.run(statements -> statements.update(
                "UPDATE event_journal SET event_payload = convert_to(replace(convert_from(event_payload, 'UTF8'),"
                        + " '2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'), 'UTF8')"
                        + " WHERE persistence_id = ? AND sequence_number = 3",
                PostgresJournal.key(vault)));
        get(index.catchUp(vault));

        assertThat(index.olderThan(vault, 0, Instant.parse("2026-02-01T00:00:00Z")))
                .isEqualTo(2);
        assertThat(index.olderThan(vault, 0, Instant.parse("2026-04-01T00:00:00Z")))
                .isEqualTo(5);
        assertThat(index.olderThan(vault, 0, Instant.parse("2025-04-01T00:00:00Z")))
                .isZero();
        assertThat(index.olderThan(vault, 3, Instant.parse("2026-02-01T00:00:00Z")))
                .as("what was found to be old before is not looked at again")
                .isEqualTo(5);
        assertThat(index.olderThan(vault, 3, Instant.parse("2025-04-01T00:00:00Z")))
                .isEqualTo(3);
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
