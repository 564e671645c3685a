package io.tinysync.client.rescue;

import io.tinysync.client.state.StateDirectory;
import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.StoredLocalTree;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** The state directory of a device with work that waits, on real files, and ways to damage them. */
final class DamagedDevice {

    private static final int PAGE_BYTES = 4096;

    final StateDirectory state;
    final Path store;
    private final Path content;
    private final AtomicLong numbers = new AtomicLong(1);

    DamagedDevice(Path directory) throws IOException {
        state = new StateDirectory(directory.resolve("state"));
        Path vault = state.createVault(new VaultId(new UUID(0x7000, 1)));
        store = vault.resolve("store.sqlite");
        content = vault.resolve("content");
        for (String folder : new String[] {"cache", "work", "held"}) {
            Files.createDirectories(content.resolve(folder));
        }
    }

    SqliteStore open() {
        return SqliteStore.open(store, name -> name);
    }

    /** What a device does before its disk fails. */
    void work(Work work) throws IOException, RefusedException {
        try (SqliteStore opened = open()) {
            work.on(opened, tree(opened));
        }
    }

    interface Work {
        void on(SqliteStore store, LocalTree tree) throws IOException, RefusedException;
    }

    LocalTree tree(SqliteStore opened) {
        Ids ids = new Ids() {
            @Override
            public OpId newOpId() {
                return new OpId(new UUID(0x7000, numbers.getAndIncrement()));
            }

            @Override
            public ItemId newItemId() {
                return new ItemId(new UUID(0x7000, numbers.getAndIncrement()));
            }
        };
        DeviceRules rules = new DeviceRules(NameRules.of(NamePolicy.POSIX), ids, "laptop", 0, 0, 1L << 40);
        return new StoredLocalTree(opened, rules, () -> 1000, TreeListener.NONE, () -> {});
    }

    /** A file that a program wrote and closed. */
    void write(LocalTree tree, ItemId folder, String name, String text) throws IOException, RefusedException {
        LocalItem item = tree.createFile(folder, name, 0644, 1);
        tree.seal(item.itemId(), null, cached(text), 0644, 1);
        tree.release(item.itemId());
    }

    /** Items that the server has. */
    void serverHas(SqliteStore opened, int count) {
        opened.<Integer>write(tx -> {
            for (int i = 0; i < count; i++) {
                ItemId id = new ItemId(new UUID(0x7001, i));
                tx.putServerItem(new Item(
                        id, ItemId.ROOT, "theirs " + i, ItemKind.FILE, of("theirs"), null, 0644, 1, 1, 1, 1, null));
            }
            return 0;
        });
    }

    Content cached(String text) throws IOException {
        Content content = of(text);
        String name = content.sha256().toString();
        Path folder = Files.createDirectories(this.content.resolve("cache").resolve(name.substring(0, 2)));
        Files.writeString(folder.resolve(name), text);
        return content;
    }

    void workingFile(ItemId itemId, String text) throws IOException {
        Files.writeString(content.resolve("work").resolve(itemId + ".1"), text);
    }

    private static Content of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Content(Sha256.hash(bytes), bytes.length);
    }

    void overwrite(long offset, int count) throws IOException {
        overwrite(store, offset, count);
    }

    static void overwrite(Path file, long offset, int count) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            byte[] garbage = new byte[count];
            Arrays.fill(garbage, (byte) 0xa5);
            bytes.write(garbage);
        }
    }

    long pages() throws IOException {
        return Files.size(store) / PAGE_BYTES;
    }

    void damagePage(long page) throws IOException {
        overwrite(page * PAGE_BYTES, PAGE_BYTES);
    }
}
