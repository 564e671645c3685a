package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Finds by looking at everything what a store without an index for it is asked for. */
final class StoreScans {

    private static final int PAGE = 500;

    private StoreScans() {}

    static List<PendingOp> pending(StoreView store, Predicate<PendingOp> wanted, int limit) {
        List<PendingOp> found = new ArrayList<>();
        for (List<PendingOp> page = store.pendingAfter(0, PAGE); !page.isEmpty(); ) {
            page.stream().filter(wanted).limit(limit - found.size()).forEach(found::add);
            page = found.size() < limit ? store.pendingAfter(page.getLast().position(), PAGE) : List.of();
        }
        return found;
    }

    static List<OverlayItem> overlay(StoreView store, Predicate<OverlayItem> wanted, int limit) {
        List<OverlayItem> found = new ArrayList<>();
        for (List<OverlayItem> page = store.overlayItems(ItemId.ROOT, PAGE); !page.isEmpty(); ) {
            page.stream().filter(wanted).limit(limit - found.size()).forEach(found::add);
            page = found.size() < limit ? store.overlayItems(page.getLast().itemId(), PAGE) : List.of();
        }
        return found;
    }

    static List<Item> server(StoreView store, Predicate<Item> wanted, int limit) {
        List<Item> found = new ArrayList<>();
        for (List<Item> page = store.serverItems(ItemId.ROOT, PAGE); !page.isEmpty(); ) {
            page.stream().filter(wanted).limit(limit - found.size()).forEach(found::add);
            page = found.size() < limit ? store.serverItems(page.getLast().itemId(), PAGE) : List.of();
        }
        return found;
    }
}
