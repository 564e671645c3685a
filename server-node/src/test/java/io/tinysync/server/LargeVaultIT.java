package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Management.RegisteredDevice;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.identity.Devices;
import io.tinysync.server.identity.Groups;
import io.tinysync.server.identity.Origin;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A vault of a million items on a server that is started by the launcher with a heap of 2 GB, and has a PostgreSQL of its own. One
 * story: each test goes on with what the one before left in the data directory.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LargeVaultIT {

    private static final String FLAGS = "-Xmx2g -XX:+ExitOnOutOfMemoryError";

    private static final Duration BACK_WITHIN = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A state is saved after as many events as a sixteenth of the vault's size. */
    private static final int NEARLY_A_SIXTEENTH = 62_000;

    private static final Origin ORIGIN = Origin.admin("127.0.0.1");
    private static final int BATCH = 250;
    private static final long SLOWEST_WRITE_MS = 100;

    /** What a snapshot may hold in memory while it is being read: chunks on their way, and what was written meanwhile. */
    private static final long MAX_STREAM_BYTES = 64 << 20;

    private Path data = Path.of("");
    private VaultId vault = new VaultId(new UUID(0, 0));
    private VaultId small = vault;
    private String token = "";

    /** One number for each request, beyond those of the journal's entries, and one item for each change, of all tests together. */
    private final AtomicLong requestNo = new AtomicLong(LargeVault.ITEMS);

    private final AtomicLong touched = new AtomicLong();

    @BeforeAll
    void fill(@TempDir Path directory) throws Exception {
        data = directory;
        long began = System.nanoTime();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data.resolve("postgres"), TestPostgres.CACHE);
                Database database = Database.open(postgres.address())) {
            RegisteredDevice device = new Devices(database).register("device", ORIGIN);
            token = device.token();
            vault = granted(database, "large", device);
            small = granted(database, "small", device);
            LargeVault.write(database, vault, device.deviceId());
        }
        System.out.printf("a journal of %,d entries was written in %d s%n", LargeVault.ITEMS, seconds(began));
    }

    private static VaultId granted(Database database, String name, RegisteredDevice device) {
        Groups groups = new Groups(database);
        var group = groups.create(name, ORIGIN).orElseThrow().groupId();
        VaultId vault = new Vaults(database)
                .create(name, NamePolicy.POSIX, ORIGIN)
                .orElseThrow()
                .vaultId();
        groups.addDevice(group, device.deviceId(), ORIGIN);
        groups.addVault(group, vault, ORIGIN);
        return vault;
    }

    /** A server, from its launch to the first answer of the large vault, which rests on the whole of its state. */
    private final class Started implements AutoCloseable {

        private final ServerProcess process;
        private final Duration took;

        Started() throws Exception {
            long began = System.nanoTime();
            process = ServerProcess.launched(data, FLAGS);
            try {
                Await.until(
                        "the vault answers",
                        PATIENCE,
                        () -> api().get("/v1/vaults/" + vault).status() == 200);
            } catch (Exception | AssertionError e) {
                process.close();
                throw e;
            }
            took = Duration.ofNanos(System.nanoTime() - began);
        }

        ApiClient api() {
            return process.anyone().as(token);
        }

        TimedWrites writes(VaultId written) {
            return new TimedWrites(api(), written, requestNo);
        }

        String figures() throws IOException {
            return "%d ms after its launch, with %d MB resident at most"
                    .formatted(took.toMillis(), process.peakMemoryBytes() / 1_000_000);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    private Op change() {
        long seq = touched.incrementAndGet();
        return LargeVault.touch(LargeVault.isFolder(seq) ? touched.incrementAndGet() : seq);
    }

    private static long seconds(long began) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
    }

    @Test
    @Order(1)
    void withoutASavedStateItComesBackFromItsJournalAlone() throws Exception {
        try (Started server = new Started()) {
            assertThat(server.api()
                            .get("/v1/vaults/" + vault)
                            .json()
                            .path("items")
                            .asLong())
                    .isEqualTo(LargeVault.ITEMS);
            System.out.printf("from %,d entries the vault answered %s%n", LargeVault.ITEMS, server.figures());
        }
    }

    /** The first write finds that no state was ever saved. What the machine itself holds up shows in the writes after that. */
    @Test
    @Order(2)
    void savingItsStateHoldsNoWriteUp() throws Exception {
        try (Started server = new Started();
                SavedStates states = SavedStates.of(data, vault)) {
            long warmUp = System.nanoTime();
            server.writes(small)
                    .until(
                            () -> seconds(warmUp) >= 20,
                            () -> ApiClient.createFolder(UUID.randomUUID().toString()));

            long began = System.nanoTime();
            TimedWrites writes = server.writes(vault);
            TimedWrites.Times saving = writes.until(() -> states.provenSeq() > 0, this::change);
            long saved = System.nanoTime();
            TimedWrites.Times calm = writes.until(() -> System.nanoTime() - saved > saved - began, this::change);

            System.out.printf(
                    "saving %,d items took %d ms: %s; in as long a time without: %s%n",
                    LargeVault.ITEMS, TimeUnit.NANOSECONDS.toMillis(saved - began), saving, calm);
            assertThat(saving.count()).isGreaterThan(10);
            assertThat(saving.slowestMs()).isLessThanOrEqualTo(SLOWEST_WRITE_MS);
        }
    }

    @Test
    @Order(3)
    void itIsBackWithinTenSecondsOfAKillWithNearlyASixteenthOfItsSizeToReplay() throws Exception {
        long seen;
        try (Started server = new Started();
                SavedStates states = SavedStates.of(data, vault)) {
            TimedWrites writes = server.writes(vault);
            long began = System.nanoTime();
            do {
                Op[] ops = new Op[BATCH];
                for (int i = 0; i < BATCH; i++) {
                    ops[i] = change();
                }
                seen = writes.write(ops);
            } while (seen < states.provenSeq() + NEARLY_A_SIXTEENTH);
            System.out.printf("changes in batches of %d took %d s%n", BATCH, seconds(began));
            server.process.kill();
        }

        try (Started server = new Started()) {
            System.out.printf("after a kill the vault answered %s%n", server.figures());
            assertThat(server.api()
                            .get("/v1/vaults/" + vault)
                            .json()
                            .path("head_seq")
                            .asLong())
                    .isGreaterThanOrEqualTo(seen);
            assertThat(server.took).isLessThanOrEqualTo(BACK_WITHIN);
        }
    }

    @Test
    @Order(4)
    void aFirstListingIsOneStreamInBoundedMemoryHoweverSlowlyItIsRead() throws Exception {
        try (Started server = new Started()) {
            long before = server.process.heapBytesInUse();
            try (SnapshotReading reading = SnapshotReading.open(server.api(), vault)) {
                reading.readItems(LargeVault.ITEMS / 2);
                long seqBesides = server.writes(vault).write(change());
                long held = server.process.heapBytesInUse() - before;
                JsonNode trailer = reading.readTrailer();

                System.out.printf(
                        "a snapshot of %,d bytes held %,d bytes of memory halfway; the vault answered %s%n",
                        reading.bytes(), held, server.figures());
                assertThat(held).isLessThan(MAX_STREAM_BYTES);
                assertThat(reading.items()).isEqualTo(LargeVault.ITEMS);
                assertThat(reading.orphans()).as("items before their parents").isZero();
                assertThat(trailer.path("items").asLong()).isEqualTo(LargeVault.ITEMS);
                assertThat(trailer.path("sha256").asText()).isEqualTo(reading.sha256());
                assertThat(trailer.path("chain")).isEqualTo(reading.header().path("chain"));
                assertThat(trailer.path("seq")).isEqualTo(reading.header().path("seq"));
                assertThat(trailer.path("seq").asLong()).isEqualTo(seqBesides - 1);
            }
        }
    }
}
