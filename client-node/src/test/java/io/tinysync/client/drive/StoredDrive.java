package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.StoredLocalTree;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A drive as a device has it, on SQLite and a disk, only without a server to sync with. */
public final class StoredDrive implements AutoCloseable {

    public static final long MAX_FILE_BYTES = 50_000_000;

    private static final String FOLLOWING = "following";

    private static final NameRules NAMES = NameRules.of(NamePolicy.POSIX);

    private final SqliteStore store;
    private final FakeServer server;
    private final LocalDrive drive;
    private final StoredLocalTree tree;
    private final ExecutorService following = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name(FOLLOWING).factory());
    private volatile TreeListener listener = TreeListener.NONE;
    private long seq;
    /** Done by the thread that changes the tree, after the change can be seen and before the drive knows. */
    volatile Runnable changed = () -> {};

    public StoredDrive(Path directory, int uid, int gid) throws IOException {
        ContentFiles contents = ContentFiles.open(directory.resolve("contents"));
        store = SqliteStore.open(
                directory.resolve("store.sqlite"), name -> NAMES.key(name).value());
        server = new FakeServer(contents);
        DeviceRules rules = new DeviceRules(NAMES, new RandomIds(), "test", 3000, 60_000, MAX_FILE_BYTES);
        tree = new StoredLocalTree(store, rules, System::currentTimeMillis, new Forward(), () -> {});
        drive = LocalDrive.open(
                tree,
                contents,
                server,
                store::makeDurable,
                new DriveSettings(MAX_FILE_BYTES, () -> Limits.DEFAULT, uid, gid, Clock.systemUTC()),
                following);
        listener = drive.changes();
    }

    public LocalDrive drive() {
        return drive;
    }

    public FakeServer server() {
        return server;
    }

    /** Another device makes a file, which is a placeholder here. */
    public ItemId arrive(String name, String text) {
        ItemId id = new ItemId(UUID.randomUUID());
        arriveContent(id, name, text);
        return id;
    }

    /** Another device makes many files at once. */
    public void arriveMany(String prefix, int count) {
        Content content = server.blob("one of many");
        store.write(transaction -> {
            for (int i = 0; i < count; i++) {
                transaction.putServerItem(item(new ItemId(UUID.randomUUID()), prefix + i, content));
            }
            return content;
        });
        listener.everythingChanged();
    }

    private Item item(ItemId id, String name, Content content) {
        long at = ++seq;
        return new Item(id, ItemId.ROOT, name, ItemKind.FILE, content, null, 0644, 1_000_000_007, at, at, at, null);
    }

    /** Another device replaces a file's content. */
    public void arriveContent(ItemId id, String name, String text) {
        Content content = server.blob(text);
        store.write(transaction -> {
            transaction.putServerItem(item(id, name, content));
            return content;
        });
        listener.changed(Set.of(new Place(ItemId.ROOT, name)), Set.of(id));
    }

    ItemId idOf(String name) {
        return tree.child(ItemId.ROOT, name).orElseThrow().itemId();
    }

    boolean isOpenForWriting(ItemId id) {
        return tree.unsettled(ItemId.ROOT, 100).stream()
                .anyMatch(item -> item.itemId().equals(id));
    }

    List<String> names() {
        try {
            return tree.children(ItemId.ROOT, "", 100).stream()
                    .map(LocalItem::name)
                    .toList();
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** Another device removes an item. */
    public void arriveRemoval(ItemId id, String name) {
        store.write(transaction -> {
            transaction.removeServerItem(id);
            return id;
        });
        listener.changed(Set.of(new Place(ItemId.ROOT, name)), Set.of(id));
    }

    /** What follows from changes waits until the latch is open: the drive shows them, and its binding was not told. */
    public void followAfter(CountDownLatch latch) {
        following.execute(() -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Returns once the binding was told of all changes so far. */
    public void awaitFollowed() {
        CompletableFuture.runAsync(() -> {}, following).join();
    }

    @Override
    public void close() {
        following.shutdown();
        store.close();
    }

    /** The tree is made before the drive that hears its changes. */
    private final class Forward implements TreeListener {

        @Override
        public void changed(Set<Place> places, Set<ItemId> items) {
            changed.run();
            listener.changed(places, items);
        }

        @Override
        public void everythingChanged() {
            listener.everythingChanged();
        }
    }

    private static final class RandomIds implements Ids {

        @Override
        public OpId newOpId() {
            return new OpId(UUID.randomUUID());
        }

        @Override
        public ItemId newItemId() {
            return new ItemId(UUID.randomUUID());
        }
    }
}
