package io.tinysync.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.HydrationResult.Arrived;
import io.tinysync.engine.device.HydrationResult.Failed;
import io.tinysync.engine.device.HydrationResult.Hydrated;
import io.tinysync.engine.device.HydrationResult.Reason;
import io.tinysync.engine.device.core.CacheBudget;
import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How contents come from the server, piece by piece, over a server in memory that can be slow, cut and wrong. */
final class HydrationTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int LEAF = Leaves.LEAF_BYTES;

    @TempDir
    private Path directory;

    private final MemoryServer server = new MemoryServer(new DeviceId(UUID.randomUUID()));
    private final TestProbe<HydrationResult> reader = KIT.createTestProbe();
    private final TestProbe<VaultSync.Command> guardian = KIT.createTestProbe();
    private DirectoryContents contents = new DirectoryContents(Path.of("."));
    private ActorRef<HydrationActor.Command> hydration =
            KIT.<HydrationActor.Command>createTestProbe().ref();

    @BeforeEach
    void start() {
        contents = new DirectoryContents(directory);
        hydration = KIT.spawn(HydrationActor.create(parts(), guardian.ref()));
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private final byte[] bytes = random(10 * LEAF + 1234);
    private final Content content = added(bytes);

    private Content added(byte[] blob) {
        server.addBlob(blob);
        return new Content(Sha256.hash(blob), blob.length);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private void want(long offset, long length) {
        hydration.tell(new HydrationActor.Want(content, new BlobRange(offset, length), reader.ref()));
    }

    private void expectWhole() throws IOException {
        Hydrated hydrated = reader.expectMessageClass(Hydrated.class, SOON);
        assertThat(Files.readAllBytes(hydrated.file())).isEqualTo(bytes);
    }

    @Test
    void the_first_bytes_are_read_while_the_rest_is_held_back() throws IOException {
        server.blobReads.gated = leaf -> leaf >= 1;
        want(0, 4096);
        reader.expectMessage(SOON, new Arrived());
        assertThat(contents.arrived(content, 0, 4096)).isEqualTo(Arrays.copyOf(bytes, 4096));
        assertThat(contents.find(content)).isEmpty();
        want(0, bytes.length);
        server.blobReads.gate.release(100);
        expectWhole();
        assertThat(server.blobReads.ranges).containsExactly(new BlobRange(0, bytes.length));
    }

    @Test
    void a_distant_read_is_served_while_the_beginning_is_held_back() throws IOException {
        server.blobReads.gated = leaf -> leaf == 0;
        want(0, 10);
        want(8L * LEAF + 5, 10);
        reader.expectMessage(SOON, new Arrived());
        assertThat(contents.arrived(content, 8 * LEAF + 5, 10))
                .isEqualTo(Arrays.copyOfRange(bytes, 8 * LEAF + 5, 8 * LEAF + 15));
        server.blobReads.gate.release(100);
        reader.expectMessage(SOON, new Arrived());
        want(0, bytes.length);
        expectWhole();
        assertThat(server.blobReads.bytesSent.get())
                .as("a leaf at most is fetched twice")
                .isLessThanOrEqualTo(bytes.length + LEAF);
    }

    @Test
    void a_small_content_comes_in_one_request_and_without_a_list() throws IOException {
        byte[] small = random(1000);
        Content one = added(small);
        hydration.tell(new HydrationActor.Want(one, new BlobRange(10, 10), reader.ref()));
        assertThat(reader.expectMessageClass(Hydrated.class, SOON).file()).hasBinaryContent(small);
        assertThat(server.leafLists).hasValue(0);
        assertThat(server.downloads).hasValue(1);
    }

    @Test
    void many_readers_share_what_is_fetched() throws IOException {
        for (int i = 0; i < 20; i++) {
            want(0, bytes.length);
        }
        for (int i = 0; i < 20; i++) {
            expectWhole();
        }
        assertThat(server.downloads).hasValue(1);
    }

    @Test
    void after_a_cut_only_what_is_missing_is_fetched() throws IOException {
        server.blobReads.rangesToCut.set(3);
        want(0, bytes.length);
        expectWhole();
        assertThat(server.blobReads.ranges)
                .containsExactly(
                        new BlobRange(0, bytes.length),
                        new BlobRange(LEAF, bytes.length - LEAF),
                        new BlobRange(2L * LEAF, bytes.length - 2L * LEAF),
                        new BlobRange(3L * LEAF, bytes.length - 3L * LEAF));
    }

    @Test
    void a_leaf_of_other_bytes_is_never_shown_and_fetched_again() throws IOException {
        server.blobReads.rangesToSpoil.set(1);
        want(0, 10);
        reader.expectMessage(SOON, new Arrived());
        assertThat(contents.arrived(content, 0, LEAF)).isEqualTo(Arrays.copyOf(bytes, LEAF));
        want(0, bytes.length);
        expectWhole();
    }

    @Test
    void a_wrong_list_of_leaves_does_not_make_a_content_unreadable() throws IOException {
        server.blobReads.listsToSpoil.set(100);
        want(0, 10);
        expectWhole();
    }

    @Test
    void bytes_that_are_never_the_content_are_refused_in_the_end_and_the_reason_is_told() throws IOException {
        server.blobReads.rangesToSpoil.set(1000);
        want(0, 10);
        assertThat(reader.expectMessageClass(Failed.class, SOON).reason()).isEqualTo(Reason.CORRUPT);
        assertThat(guardian.expectMessageClass(Report.NotFetched.class, SOON).sha256())
                .isEqualTo(content.sha256());
        server.blobReads.rangesToSpoil.set(0);
        want(0, bytes.length);
        expectWhole();
        guardian.expectMessageClass(Report.Fetched.class, SOON);
    }

    @Test
    void nothing_more_is_fetched_once_the_file_is_closed_and_what_came_is_kept() throws IOException {
        server.blobReads.gated = leaf -> leaf >= 2;
        want(0, LEAF + 1L);
        reader.expectMessage(SOON, new Arrived());
        KIT.createTestProbe()
                .awaitAssert(
                        SOON,
                        () -> assertThat(server.blobReads.gate.hasQueuedThreads())
                                .isTrue());
        hydration.tell(new HydrationActor.Closed(content));
        Content other = added(random(10));
        hydration.tell(new HydrationActor.Want(other, new BlobRange(0, 10), reader.ref()));
        reader.expectMessageClass(Hydrated.class, SOON);
        server.blobReads.gate.release(1);
        KIT.createTestProbe()
                .awaitAssert(SOON, () -> assertThat(server.blobReads.bytesSent).hasValue(3L * LEAF + 10));
        server.blobReads.gated = _ -> false;
        want(0, bytes.length);
        expectWhole();
        assertThat(server.blobReads.ranges.getLast().offset())
                .as("where the second attempt began; the leaf at which the first one ended may come again")
                .isGreaterThanOrEqualTo(2L * LEAF);
        assertThat(server.leafLists).hasValue(1);
    }

    @Test
    void without_a_byte_for_too_long_a_read_times_out_and_the_next_one_tries_again() throws IOException {
        server.blobReads.gated = leaf -> leaf >= 1;
        want(0, 10);
        reader.expectMessage(SOON, new Arrived());
        want(5L * LEAF, 10);
        assertThat(reader.expectMessageClass(Failed.class, SOON).reason()).isEqualTo(Reason.TIMED_OUT);
        server.blobReads.gated = _ -> false;
        want(0, bytes.length);
        expectWhole();
    }

    @Test
    void a_server_that_is_away_is_told_at_once_and_found_when_it_is_back() throws IOException {
        server.away = true;
        want(0, 10);
        assertThat(reader.expectMessageClass(Failed.class, SOON).reason()).isEqualTo(Reason.UNREACHABLE);
        server.away = false;
        want(0, bytes.length);
        expectWhole();
    }

    @Test
    void reads_go_before_what_is_only_kept() throws IOException {
        byte[] kept = random(6 * LEAF);
        Content pinned = added(kept);
        server.blobReads.gated = leaf -> leaf >= 1;
        TestProbe<HydrationResult> keeper = KIT.createTestProbe();
        hydration.tell(new HydrationActor.Keep(pinned, keeper.ref()));
        KIT.createTestProbe()
                .awaitAssert(SOON, () -> assertThat(server.blobReads.bytesSent).hasValue(LEAF));
        want(0, 10);
        reader.expectMessage(SOON, new Arrived());
        server.blobReads.gated = _ -> false;
        server.blobReads.gate.release(100);
        want(0, bytes.length);
        expectWhole();
        hydration.tell(new HydrationActor.Closed(content));
        assertThat(keeper.expectMessageClass(Hydrated.class, SOON).file()).hasBinaryContent(kept);
    }

    @Test
    void what_is_pinned_is_fetched_and_what_comes_later_too() throws IOException {
        ItemId folder = new ItemId(UUID.randomUUID());
        MemoryDeviceStore store = new MemoryDeviceStore(name -> name);
        byte[] first = random(3 * LEAF);
        Content early = added(first);
        StoredValues.write(store, tx -> {
            tx.setPosition(tx.position().withBootstrapped());
            tx.putServerItem(item(folder, ItemId.ROOT, ItemKind.FOLDER, null));
            tx.putServerItem(item(new ItemId(UUID.randomUUID()), folder, ItemKind.FILE, early));
            tx.putServerItem(item(new ItemId(UUID.randomUUID()), ItemId.ROOT, ItemKind.FILE, content));
            tx.setPinned(folder, true);
        });
        VaultParts parts = parts(store);
        ActorRef<VaultSync.Command> vault = KIT.spawn(AttachedVault.create(parts));
        CacheKeeper keeper = new CacheKeeper(store, parts.rules().names(), contents, CacheBudget.NONE);
        server.away = true;
        ActorRef<UpkeepActor.Command> upkeep = KIT.spawn(UpkeepActor.create(parts, keeper, vault));
        server.away = false;
        awaitHere(early);
        byte[] second = random(777);
        Content late = added(second);
        ItemId lateItem = new ItemId(UUID.randomUUID());
        StoredValues.write(store, tx -> tx.putServerItem(item(lateItem, folder, ItemKind.FILE, late)));
        upkeep.tell(new UpkeepActor.Changed(Set.of(lateItem)));
        awaitHere(late);
        assertThat(contents.has(content)).as("what is not pinned").isFalse();
        upkeep.tell(new UpkeepActor.Stop());
    }

    private void awaitHere(Content wanted) {
        KIT.createTestProbe()
                .awaitAssert(SOON, () -> assertThat(contents.has(wanted)).isTrue());
    }

    private static Item item(ItemId id, ItemId parent, ItemKind kind, @Nullable Content content) {
        return new Item(id, parent, "n" + id, kind, content, null, 0644, 1, 1, 1, 1, null);
    }

    private VaultParts parts() {
        return parts(new MemoryDeviceStore(name -> name));
    }

    private VaultParts parts(MemoryDeviceStore store) {
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
        return new VaultParts(
                new VaultId(UUID.randomUUID()),
                store,
                contents,
                server,
                new DeviceRules(NameRules.of(NamePolicy.POSIX), ids, "laptop", 50, 200, 50_000_000),
                SETTINGS,
                TreeListener.NONE,
                _ -> {},
                System::currentTimeMillis,
                () -> 0.5,
                Executors.newVirtualThreadPerTaskExecutor());
    }

    private static final SyncSettings SETTINGS = new SyncSettings(
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMillis(200),
            Duration.ofSeconds(4),
            Duration.ofMillis(50),
            2,
            4,
            0,
            100);

    @Test
    void what_is_fetched_ahead_is_here_before_anybody_asks() {
        Content first = added(random(4_096));
        Content second = added(random(64 << 10));

        hydration.tell(new HydrationActor.Ahead(List.of(first, second)));

        reader.awaitAssert(
                SOON,
                () -> assertThat(contents.has(first) && contents.has(second)).isTrue());
        assertThat(server.shortReads).hasValue(1);
        assertThat(server.downloads).hasValue(0);
    }

    @Test
    void whoever_opens_what_is_fetched_ahead_waits_for_that() throws IOException {
        byte[] small = random(4_096);
        Content ahead = added(small);
        server.blobReads.gated = _ -> true;
        hydration.tell(new HydrationActor.Ahead(List.of(ahead)));
        hydration.tell(new HydrationActor.Want(ahead, new BlobRange(0, 4_096), reader.ref()));
        server.blobReads.gate.release(100);

        Hydrated hydrated = reader.expectMessageClass(Hydrated.class, SOON);
        assertThat(Files.readAllBytes(hydrated.file())).isEqualTo(small);
        assertThat(server.downloads).hasValue(0);
    }

    @Test
    void what_could_not_be_fetched_ahead_is_fetched_by_whoever_opens_it() {
        Content ahead = added(random(4_096));
        server.away = true;
        hydration.tell(new HydrationActor.Ahead(List.of(ahead)));
        reader.awaitAssert(SOON, () -> assertThat(server.shortReads).hasValue(1));
        server.away = false;
        hydration.tell(new HydrationActor.Want(ahead, new BlobRange(0, 4_096), reader.ref()));

        reader.expectMessageClass(Hydrated.class, SOON);
        assertThat(server.downloads).hasValue(1);
    }

    @Test
    void other_bytes_that_are_fetched_ahead_are_not_kept() {
        Content ahead = added(random(4_096));
        server.blobReads.rangesToSpoil.set(1);
        hydration.tell(new HydrationActor.Ahead(List.of(ahead)));
        hydration.tell(new HydrationActor.Want(ahead, new BlobRange(0, 4_096), reader.ref()));

        reader.expectMessageClass(Hydrated.class, SOON);
        assertThat(server.downloads).hasValue(1);
    }
}
