package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.journal.JournalRows;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Log pages from memory: what they spare the journal, and what is left to it. */
final class LogTailIT {

    private static final int DEVICES = 20;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<ApiClient> readers = new ArrayList<>();
    private DatabaseAddress address;
    private TestServer server;
    private ApiClient writer;
    private VaultId vault;
    private long requestNo;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        address = TestPostgres.newDatabase();
        server = TestServer.start(data, address, Map.of());
        Device[] devices = new Device[DEVICES + 1];
        for (int i = 0; i <= DEVICES; i++) {
            devices[i] = server.anyone().register("device " + i);
            readers.add(devices[i].api());
        }
        writer = readers.removeFirst();
        vault = server.admin().vaultFor("vault", devices);
    }

    @AfterEach
    void stop() {
        server.close();
        threads.shutdownNow();
    }

    private Response write(String name) {
        return writer.mutate(vault, Cursor.START, ++requestNo, ApiClient.createFolder(name));
    }

    private LogPage page(ApiClient api, Cursor after) throws Exception {
        return Json.readLogPage(api.log(vault, after, 1000).expect(200).bytes(), after);
    }

    /** Where the log ends after one more entry. */
    private Cursor written(String name) throws Exception {
        write(name).expect(200);
        return page(writer, Cursor.START).entries().getLast().cursor();
    }

    private double pagesFrom(String source) {
        return server.admin()
                .get("/metrics")
                .expect(200)
                .text()
                .lines()
                .filter(line -> line.startsWith("tinysync_log_pages_total{source=\"" + source + "\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** While it is held, whoever asks the journal waits. */
    private Connection lockedJournal() throws Exception {
        Connection connection = DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE event_journal IN ACCESS EXCLUSIVE MODE");
        }
        return connection;
    }

    @Test
    void devicesThatPullAfterOneCommitDoNotAskTheJournal() throws Exception {
        Cursor seen = written("first");
        Cursor head = written("second");
        double fromTail = pagesFrom("tail");
        double fromJournal = pagesFrom("journal");

        CompletableFuture<Response> atTheHead;
        try (Connection lock = lockedJournal()) {
            atTheHead = CompletableFuture.supplyAsync(() -> writer.log(vault, head, 10), threads);
            List<CompletableFuture<Response>> pulls = readers.stream()
                    .map(device -> CompletableFuture.supplyAsync(() -> device.log(vault, seen, 10), threads))
                    .toList();
            for (CompletableFuture<Response> pull : pulls) {
                Response answer = pull.get(30, TimeUnit.SECONDS).expect(200);
                LogPage page = Json.readLogPage(answer.bytes(), seen);
                assertThat(page.entries()).extracting(Entry::cursor).containsExactly(head);
                assertThat(page.headSeq()).isEqualTo(head.seq());
            }
            assertThat(atTheHead)
                    .as("where nothing follows, the journal says so")
                    .isNotDone();
            lock.rollback();
        }
        assertThat(atTheHead.get(30, TimeUnit.SECONDS).expect(200).json().path("entries"))
                .isEmpty();
        assertThat(pagesFrom("tail") - fromTail).isEqualTo(DEVICES);
        assertThat(pagesFrom("journal") - fromJournal).isEqualTo(1);
    }

    @Test
    void aCursorOfAnotherHistoryIsRefusedThoughMemoryHoldsWhatFollowsItsSeq() throws Exception {
        written("first");
        Cursor seen = written("second");
        written("third");
        double fromTail = pagesFrom("tail");
        page(readers.getFirst(), seen);
        assertThat(pagesFrom("tail") - fromTail).isEqualTo(1);

        Cursor other = new Cursor(seen.epoch(), seen.seq(), Chain.START);
        assertThat(writer.log(vault, other, 10).code()).isEqualTo("log_diverged");
    }

    @Test
    void whatAnotherIncarnationHasWrittenIsNeverHiddenByWhatThisOneRemembers() throws Exception {
        Cursor seen = written("first");
        Cursor before = written("second");
        ChainedEntry foreign = JournalRows.file(before.chain(), before.seq() + 1, "foreign");
        try (Database journal = Database.open(address)) {
            JournalRows.insert(journal, vault, List.of(foreign));
        }

        assertThat(page(writer, before).entries()).containsExactly(foreign.entry());
        assertThat(write("in vain").code()).isEqualTo("unavailable");
        Await.until("the vault has recovered", () -> write("after it").status() == 200);

        List<Entry> entries = page(writer, seen).entries();
        assertThat(entries).extracting(Entry::seq).startsWith(2L, 3L, 4L);
        assertThat(entries.get(1)).isEqualTo(foreign.entry());
        assertThat(page(writer, before).entries()).isEqualTo(entries.subList(1, entries.size()));
    }
}
