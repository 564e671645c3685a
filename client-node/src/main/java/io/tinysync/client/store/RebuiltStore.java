package io.tinysync.client.store;

import io.tinysync.client.Refusal;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Puts a new store in the place of a damaged one, with everything that could be read of it. The damaged file stays beside it under
 * another name. The new one has its index to fetch: the next daemon adopts the server's snapshot.
 */
public final class RebuiltStore {

    /** Items in one transaction, as for a snapshot. */
    private static final int BATCH = 1000;

    private RebuiltStore() {}

    /**
     * Makes it; the daemon's lock is held. After a crash in between, the file is still the damaged one.
     *
     * @param shown makes of a salvaged item of the overlay what the new store is to hold
     * @return where the damaged file is now
     */
    public static Path replace(
            Path store, Salvage salvage, UnaryOperator<String> nameKey, UnaryOperator<OverlayItem> shown) {
        Path fresh = store.resolveSibling(store.getFileName() + ".rebuilt");
        try {
            Files.deleteIfExists(fresh);
            Files.deleteIfExists(WriteAheadLog.path(fresh));
            try (SqliteStore rebuilt = SqliteStore.open(fresh, nameKey)) {
                fill(rebuilt, salvage, shown);
            }
            Path aside = setAside(store);
            Files.move(fresh, store, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return aside;
        } catch (IOException e) {
            throw Refusal.of("cannot make the device's store " + store + " anew", e);
        }
    }

    private static void fill(SqliteStore rebuilt, Salvage salvage, UnaryOperator<OverlayItem> shown) {
        List<Item> items = new ArrayList<>();
        salvage.eachServerItem(item -> {
            items.add(item);
            if (items.size() == BATCH) {
                put(rebuilt, items);
            }
        });
        put(rebuilt, items);
        SyncPosition position = salvage.position();
        rebuilt.<Integer>write(tx -> {
            salvage.overlay().values().forEach(row -> tx.putOverlay(shown.apply(row)));
            salvage.pending().forEach(tx::addPending);
            salvage.pins().forEach(itemId -> tx.setPinned(itemId, true));
            tx.setPosition(position.withRebaseDue(true).notBootstrapped());
            return 0;
        });
    }

    private static void put(SqliteStore rebuilt, List<Item> items) {
        rebuilt.<Integer>write((StoreTransaction tx) -> {
            items.forEach(tx::putServerItem);
            return 0;
        });
        items.clear();
    }

    /** Keeps the damaged file and its log, and takes the log away from where it would be read into the new file. */
    private static Path setAside(Path store) throws IOException {
        int number = 1;
        while (Files.exists(aside(store, number))) {
            number++;
        }
        Path kept = aside(store, number);
        if (Files.exists(store)) {
            Files.createLink(kept, store);
        }
        Path log = WriteAheadLog.path(store);
        if (Files.exists(log)) {
            Files.move(log, WriteAheadLog.path(kept));
        }
        Files.deleteIfExists(store.resolveSibling(store.getFileName() + "-shm"));
        return kept;
    }

    private static Path aside(Path store, int number) {
        return store.resolveSibling(store.getFileName() + ".damaged-" + number);
    }
}
