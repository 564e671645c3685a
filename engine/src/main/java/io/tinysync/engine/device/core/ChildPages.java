package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.tree.NameRules;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Merges the pages of one folder's children in the overlay and in the server's tree. */
final class ChildPages {

    /** Big enough that a folder of usual size is one page, small enough to be nothing in memory. */
    private static final int PAGE = StoreView.MAX_TOGETHER;

    private final StoreView store;
    private final NameRules names;
    private final ItemId parent;

    ChildPages(StoreView store, NameRules names, ItemId parent) {
        this.store = store;
        this.names = names;
        this.parent = parent;
    }

    List<LocalItem> after(String afterName, int limit) {
        List<LocalItem> result = new ArrayList<>();
        String after = afterName;
        while (result.size() < limit) {
            int page = Math.min(PAGE, Math.max(limit, 2));
            List<OverlayItem> overlay = store.overlayChildren(parent, after, page);
            List<Item> server = store.serverChildren(parent, after, page);
            NavigableMap<String, LocalItem> merged = merged(overlay, server);
            String end = end(overlay, server, page);
            result.addAll((end == null ? merged : merged.headMap(key(end), true)).values());
            if (end == null) {
                break;
            }
            after = end;
        }
        return result;
    }

    private NavigableMap<String, LocalItem> merged(List<OverlayItem> overlay, List<Item> server) {
        NavigableMap<String, LocalItem> merged = new TreeMap<>(CodePointOrder.INSTANCE);
        for (Item item : store.inStep(server)) {
            merged.put(key(item.name()), LocalView.shown(item));
        }
        for (OverlayItem row : overlay.reversed()) {
            merged.put(key(row.name()), LocalView.shown(row));
        }
        return merged;
    }

    /** The last name up to which both pages are whole; null if nothing follows either. */
    private @Nullable String end(List<OverlayItem> overlay, List<Item> server, int page) {
        String overlayEnd = overlay.size() < page ? null : overlay.getLast().name();
        String serverEnd = server.size() < page ? null : server.getLast().name();
        if (overlayEnd == null || serverEnd == null) {
            return overlayEnd == null ? serverEnd : overlayEnd;
        }
        return CodePointOrder.INSTANCE.compare(key(overlayEnd), key(serverEnd)) <= 0 ? overlayEnd : serverEnd;
    }

    private String key(String name) {
        return names.key(name).value();
    }
}
