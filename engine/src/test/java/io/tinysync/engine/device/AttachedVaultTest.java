package io.tinysync.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One attached vault's actors, over a store in memory and a server in memory. */
final class AttachedVaultTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final int MANY_FILES = 300;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final SyncSettings SETTINGS = new SyncSettings(
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMillis(200),
            Duration.ofMillis(300),
            Duration.ofMillis(50),
            2,
            2,
            1 << 20,
            2);

    @TempDir
    private Path directory;

    private final MemoryServer server = new MemoryServer(device());
    private final MemoryDeviceStore store = new MemoryDeviceStore(name -> name);
    private final AtomicBoolean readOnly = new AtomicBoolean();
    private final AtomicLong clockAheadMs = new AtomicLong();
    private final TestProbe<VaultSync.SyncOutcome> outcomes = KIT.createTestProbe();
    private DirectoryContents contents = new DirectoryContents(Path.of("."));

    @BeforeEach
    void useTheTestsDirectory() {
        contents = new DirectoryContents(directory);
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void what_is_written_arrives_on_the_server() throws Exception {
        ActorRef<VaultSync.Command> vault = attach();
        LocalTree tree = tree(vault);
        ItemId folder = tree.createFolder(ItemId.ROOT, "docs", 0755, 1).itemId();
        for (int i = 0; i < 20; i++) {
            write(tree, folder, "file" + i, "content " + i);
        }
        assertThat(sync(vault).complete()).isTrue();
        assertThat(server.tree().liveCount()).isEqualTo(21);
        assertThat(server.tree().child(folder, "file7")).isPresent();
    }

    @Test
    void a_blob_is_sent_once_though_it_is_planned_while_it_is_on_its_way() throws Exception {
        ActorRef<VaultSync.Command> vault = attach();
        LocalTree tree = tree(vault);
        for (int i = 0; i < MANY_FILES; i++) {
            write(tree, ItemId.ROOT, "file" + i, "content " + i);
        }
        assertThat(sync(vault).complete()).isTrue();
        assertThat(server.tree().liveCount()).isEqualTo(MANY_FILES);
        assertThat(server.uploads.get()).isEqualTo(MANY_FILES);
    }

    @Test
    void a_short_blob_goes_along_with_its_op() throws Exception {
        ActorRef<VaultSync.Command> vault = attach();
        assertThat(sync(vault).complete()).isTrue();
        write(tree(vault), ItemId.ROOT, "file", "content");
        assertThat(sync(vault).complete()).isTrue();
        assertThat(server.tree().child(ItemId.ROOT, "file")).isPresent();
        assertThat(server.uploads).hasValue(1);
        assertThat(server.attempts).as("requests that send something").hasValue(1);
    }

    @Test
    void a_blob_that_was_not_taken_along_goes_alone() throws Exception {
        ActorRef<VaultSync.Command> vault = attach();
        server.isBusyWith.add(Sha256.hash("content".getBytes(StandardCharsets.UTF_8)));
        write(tree(vault), ItemId.ROOT, "file", "content");
        assertThat(sync(vault).complete()).isTrue();
        assertThat(server.tree().child(ItemId.ROOT, "file")).isPresent();
        assertThat(server.attempts).as("along, alone, and the op again").hasValue(3);
    }

    @Test
    void short_blobs_go_together_and_one_that_cannot_be_taken_so_goes_alone() throws Exception {
        server.away = true;
        ActorRef<VaultSync.Command> vault = attach(SETTINGS.withAlongBytes(0));
        LocalTree tree = tree(vault);
        for (int i = 0; i < 20; i++) {
            write(tree, ItemId.ROOT, "file" + i, "content " + i);
        }
        server.isBusyWith.add(Sha256.hash("content 7".getBytes(StandardCharsets.UTF_8)));
        server.away = false;
        assertThat(sync(vault).complete()).isTrue();
        assertThat(server.tree().liveCount()).isEqualTo(20);
        assertThat(server.shortUploads).hasValue(1);
        assertThat(server.uploads).hasValue(20);
    }

    @Test
    void while_a_server_is_not_there_work_makes_no_attempts_beyond_those_of_the_backoff() throws Exception {
        Duration never = Duration.ofHours(1);
        ActorRef<VaultSync.Command> vault =
                attach(new SyncSettings(never, never, never, never, never, never, never, 4, 4, 0, 4));
        LocalTree tree = tree(vault);
        assertThat(sync(vault).complete()).isTrue();
        server.away = true;
        write(tree, ItemId.ROOT, "first", "content");
        awaitState(vault, SyncStatus.State.OFFLINE);
        KIT.createTestProbe()
                .awaitAssert(SOON, () -> assertThat(server.attempts).hasValue(1));
        for (int i = 0; i < 50; i++) {
            write(tree, ItemId.ROOT, "file" + i, "content " + i);
            vault.tell(new VaultSync.LocalWork());
            awaitState(vault, SyncStatus.State.OFFLINE);
        }
        assertThat(server.attempts).hasValue(1);
    }

    @Test
    void what_others_write_is_shown_after_a_wake_and_hydrated_once_for_many_readers() throws Exception {
        ActorRef<VaultSync.Command> vault = attach();
        LocalTree tree = tree(vault);
        assertThat(sync(vault).complete()).isTrue();
        byte[] bytes = "from elsewhere".getBytes(StandardCharsets.UTF_8);
        othersFile("theirs", bytes);
        vault.tell(new VaultSync.Woken(1));
        KIT.createTestProbe()
                .awaitAssert(
                        SOON,
                        () -> assertThat(tree.child(ItemId.ROOT, "theirs")).isPresent());
        TestProbe<HydrationResult> readers = KIT.createTestProbe();
        Content content = new Content(Sha256.hash(bytes), bytes.length);
        for (int i = 0; i < 5; i++) {
            vault.tell(new VaultSync.Hydrate(content, new BlobRange(0, content.size()), readers.ref()));
        }
        for (int i = 0; i < 5; i++) {
            HydrationResult.Hydrated hydrated = readers.expectMessageClass(HydrationResult.Hydrated.class, SOON);
            assertThat(Files.readAllBytes(hydrated.file())).isEqualTo(bytes);
        }
        assertThat(server.downloads.get()).isEqualTo(1);
    }

    @Test
    void a_lost_reply_is_asked_for_again_and_the_op_takes_effect_once() throws Exception {
        ActorRef<VaultSync.Command> vault = attach();
        server.repliesToLose.set(2);
        write(tree(vault), ItemId.ROOT, "once", "content");
        assertThat(sync(vault).complete()).isTrue();
        assertThat(server.requests.get()).isGreaterThanOrEqualTo(3);
        assertThat(server.tree().liveCount()).isEqualTo(1);
    }

    @Test
    void without_a_server_it_is_offline_and_goes_on_by_itself_when_the_server_returns() throws Exception {
        server.away = true;
        ActorRef<VaultSync.Command> vault = attach();
        LocalTree tree = tree(vault);
        write(tree, ItemId.ROOT, "offline", "content");
        awaitState(vault, SyncStatus.State.OFFLINE);
        assertThat(tree.pendingTotals().ops()).isEqualTo(1);
        server.away = false;
        awaitState(vault, SyncStatus.State.IDLE);
        assertThat(server.tree().child(ItemId.ROOT, "offline")).isPresent();
    }

    @Test
    void a_wake_shows_that_the_server_is_there_and_ends_every_wait_for_it() throws Exception {
        Duration never = Duration.ofHours(1);
        SyncSettings patient =
                new SyncSettings(never, never, never, never, never, Duration.ofMillis(300), never, 2, 2, 0, 2);
        server.away = true;
        ActorRef<VaultSync.Command> vault = attach(patient);
        write(tree(vault), ItemId.ROOT, "offline", "content");
        awaitState(vault, SyncStatus.State.OFFLINE);
        server.away = false;
        vault.tell(new VaultSync.Woken(1));
        awaitState(vault, SyncStatus.State.IDLE);
        assertThat(server.tree().child(ItemId.ROOT, "offline")).isPresent();
    }

    @Test
    void lost_access_turns_the_tree_read_only_until_it_returns() {
        server.denies = true;
        store.<Integer>write(tx -> {
            tx.setPosition(tx.position().withBootstrapped());
            return 0;
        });
        ActorRef<VaultSync.Command> vault = attach();
        SyncStatus status = awaitState(vault, SyncStatus.State.ERROR);
        assertThat(status.readOnly()).isTrue();
        assertThat(readOnly).isTrue();
        server.denies = false;
        awaitState(vault, SyncStatus.State.IDLE);
        KIT.createTestProbe().awaitAssert(SOON, () -> assertThat(readOnly).isFalse());
    }

    @Test
    void what_the_server_has_no_room_for_is_named_with_its_path_lets_others_pass_and_goes_once_there_is_room()
            throws Exception {
        server.isFull = true;
        ActorRef<VaultSync.Command> vault = attach();
        LocalTree tree = tree(vault);
        ItemId folder = tree.createFolder(ItemId.ROOT, "docs", 0755, 1).itemId();
        write(tree, folder, "big.bin", "more than fits");
        tree.createFolder(ItemId.ROOT, "another", 0755, 1);
        KIT.createTestProbe()
                .awaitAssert(
                        SOON,
                        () -> assertThat(awaitState(vault, SyncStatus.State.ERROR)
                                        .errors())
                                .containsExactly(
                                        "docs/big.bin: quota_exceeded: the vault is full; it is sent when there is room"));
        KIT.createTestProbe()
                .awaitAssert(
                        SOON,
                        () -> assertThat(server.tree().child(ItemId.ROOT, "another"))
                                .isPresent());
        assertThat(tree.pendingTotals().ops()).isPositive();
        server.isFull = false;
        awaitState(vault, SyncStatus.State.IDLE);
        assertThat(server.tree().child(folder, "big.bin")).isPresent();
    }

    @Test
    void while_the_server_is_away_the_status_says_since_when_and_why() throws Exception {
        server.away = true;
        ActorRef<VaultSync.Command> vault = attach();
        SyncStatus status = awaitState(vault, SyncStatus.State.OFFLINE);
        assertThat(status.errors()).hasSize(1);
        assertThat(status.errors().getFirst()).matches("unreachable since 20[0-9TZ:-]+: .*connection refused");
    }

    @Test
    void the_clock_set_back_by_years_keeps_nothing_waiting() throws Exception {
        ActorRef<VaultSync.Command> vault = attach();
        LocalTree tree = tree(vault);
        clockAheadMs.set(Duration.ofDays(3650).toMillis());
        write(tree, ItemId.ROOT, "notes.tmp", "of a temporary name, so it waits");
        clockAheadMs.set(0);
        assertThat(sync(vault).complete()).isTrue();
        assertThat(server.tree().child(ItemId.ROOT, "notes.tmp")).isPresent();
    }

    @Test
    void a_panic_resync_makes_the_index_anew_and_keeps_what_is_pending() throws Exception {
        ActorRef<VaultSync.Command> vault = attach();
        LocalTree tree = tree(vault);
        ItemId kept = tree.createFolder(ItemId.ROOT, "on the server", 0755, 1).itemId();
        assertThat(sync(vault).complete()).isTrue();
        server.isFull = true;
        write(tree, kept, "pending", "only here");
        awaitState(vault, SyncStatus.State.ERROR);
        store.<Integer>write(tx -> {
            tx.removeServerItem(kept);
            return 0;
        });
        assertThat(tree.child(ItemId.ROOT, "on the server")).isEmpty();
        TestProbe<VaultSync.Resynced> resynced = KIT.createTestProbe();
        vault.tell(new VaultSync.Resync(resynced.ref()));
        resynced.expectMessageClass(VaultSync.Resynced.class, SOON);
        assertThat(tree.child(ItemId.ROOT, "on the server")).isPresent();
        assertThat(tree.child(kept, "pending")).isPresent();
        server.isFull = false;
        assertThat(sync(vault).complete()).isTrue();
        assertThat(server.tree().child(kept, "pending")).isPresent();
    }

    @Test
    void a_download_without_progress_times_out_and_a_missing_content_is_said_to_be() {
        ActorRef<VaultSync.Command> vault = attach();
        TestProbe<HydrationResult> reader = KIT.createTestProbe();
        Content nowhere = new Content(Sha256.hash(new byte[] {1}), 1);
        vault.tell(new VaultSync.Hydrate(nowhere, new BlobRange(0, 1), reader.ref()));
        assertThat(reason(reader)).isEqualTo(HydrationResult.Reason.MISSING);
        server.stallsDownloads = true;
        vault.tell(new VaultSync.Hydrate(nowhere, new BlobRange(0, 1), reader.ref()));
        assertThat(reason(reader)).isEqualTo(HydrationResult.Reason.TIMED_OUT);
        server.stallsDownloads = false;
        server.away = true;
        vault.tell(new VaultSync.Hydrate(nowhere, new BlobRange(0, 1), reader.ref()));
        assertThat(reason(reader)).isEqualTo(HydrationResult.Reason.UNREACHABLE);
    }

    @Test
    void stopping_does_not_wait_for_a_server_that_is_not_there() throws Exception {
        server.away = true;
        ActorRef<VaultSync.Command> vault = attach();
        write(tree(vault), ItemId.ROOT, "kept", "content");
        awaitState(vault, SyncStatus.State.OFFLINE);
        TestProbe<VaultSync.SyncOutcome> outcomes = KIT.createTestProbe();
        vault.tell(new VaultSync.Stop(Duration.ofHours(1), outcomes.ref()));

        VaultSync.SyncOutcome outcome = outcomes.receiveMessage(SOON);
        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.status().pendingOps()).isEqualTo(1);
        KIT.createTestProbe().expectTerminated(vault, SOON);
    }

    @Test
    void stopping_sends_what_is_pending_first() throws Exception {
        ActorRef<VaultSync.Command> vault = attach();
        LocalTree tree = tree(vault);
        for (int i = 0; i < 300; i++) {
            tree.createFolder(ItemId.ROOT, "folder" + i, 0755, 1);
        }
        vault.tell(new VaultSync.Stop(SOON, outcomes.ref()));
        assertThat(outcomes.receiveMessage(SOON).complete()).isTrue();
        outcomes.expectTerminated(vault, SOON);
        assertThat(server.tree().liveCount()).isEqualTo(300);
        assertThat(server.requests.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void a_wait_for_sync_ends_when_its_time_is_over() throws Exception {
        server.away = true;
        ActorRef<VaultSync.Command> vault = attach();
        write(tree(vault), ItemId.ROOT, "stuck", "content");
        vault.tell(new VaultSync.SyncNow(Duration.ofMillis(200), outcomes.ref()));
        VaultSync.SyncOutcome outcome = outcomes.receiveMessage(SOON);
        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.status().pendingOps()).isEqualTo(1);
    }

    private ActorRef<VaultSync.Command> attach() {
        return attach(SETTINGS);
    }

    private ActorRef<VaultSync.Command> attach(SyncSettings settings) {
        DeviceRules rules = rules();
        VaultParts parts = new VaultParts(
                new VaultId(UUID.randomUUID()),
                store,
                contents,
                server,
                rules,
                settings,
                TreeListener.NONE,
                readOnly::set,
                this::nowMs,
                () -> 0.5,
                Executors.newVirtualThreadPerTaskExecutor());
        return KIT.spawn(AttachedVault.create(parts));
    }

    private long nowMs() {
        return System.currentTimeMillis() + clockAheadMs.get();
    }

    private static DeviceRules rules() {
        Ids ids = new Ids() {
            @Override
            public OpId newOpId() {
                return new OpId(UUID.randomUUID());
            }

            @Override
            public ItemId newItemId() {
                return new ItemId(UUID.randomUUID());
            }
        };
        return new DeviceRules(NameRules.of(NamePolicy.POSIX), ids, "laptop", 50, 200, 50_000_000);
    }

    private LocalTree tree(ActorRef<VaultSync.Command> vault) {
        return new StoredLocalTree(
                store, rules(), this::nowMs, TreeListener.NONE, () -> vault.tell(new VaultSync.LocalWork()));
    }

    private void write(LocalTree tree, ItemId folder, String name, String text) throws IOException, RefusedException {
        LocalItem item = tree.createFile(folder, name, 0644, 1);
        Content content = contents.add(text.getBytes(StandardCharsets.UTF_8));
        tree.seal(item.itemId(), null, content, 0644, 1);
        tree.release(item.itemId());
    }

    private void othersFile(String name, byte[] bytes) {
        server.addBlob(bytes);
        Content content = new Content(Sha256.hash(bytes), bytes.length);
        OpId opId = new OpId(UUID.randomUUID());
        ItemId itemId = new ItemId(UUID.randomUUID());
        server.acceptFrom(device(), 1, new Op.CreateFile(opId, itemId, List.of(), ItemId.ROOT, name, content, 0644, 1));
    }

    private VaultSync.SyncOutcome sync(ActorRef<VaultSync.Command> vault) {
        vault.tell(new VaultSync.SyncNow(SOON, outcomes.ref()));
        return outcomes.receiveMessage(SOON.plusSeconds(1));
    }

    private static SyncStatus awaitState(ActorRef<VaultSync.Command> vault, SyncStatus.State state) {
        TestProbe<SyncStatus> probe = KIT.createTestProbe();
        return probe.awaitAssert(SOON, () -> {
            vault.tell(new VaultSync.GetStatus(probe.ref()));
            SyncStatus status = probe.receiveMessage();
            assertThat(status.state()).isEqualTo(state);
            return status;
        });
    }

    private static HydrationResult.Reason reason(TestProbe<HydrationResult> reader) {
        return reader.expectMessageClass(HydrationResult.Failed.class, SOON).reason();
    }

    private static DeviceId device() {
        return new DeviceId(UUID.randomUUID());
    }
}
