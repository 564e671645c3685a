package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Finds a path of a drive and lists what is there, from local state only. */
final class Listing {

    /** Takes items, one after the other. */
    interface Sink {
        void accept(ListedItem item) throws IOException;
    }

    private static final int PAGE = 500;

    private final LocalTree tree;
    private final ListedItem.Whereabouts whereabouts;
    private final Path mountpoint;

    Listing(LocalTree tree, ListedItem.Whereabouts whereabouts, Path mountpoint) {
        this.tree = tree;
        this.mountpoint = mountpoint;
        this.whereabouts = whereabouts;
    }

    /** Refuses a path at which nothing is. */
    void check(String path) {
        find(path);
    }

    /** Gives the items of a folder, or the one item that is none, in the order of the names' keys. */
    void list(String path, Sink to) throws IOException {
        LocalItem item = find(path);
        if (!item.isFolder()) {
            to.accept(ListedItem.of(item, whereabouts, whereabouts.isKept(item.itemId())));
            return;
        }
        boolean keptAll = whereabouts.isKept(item.itemId());
        String after = "";
        List<LocalItem> page = page(item.itemId(), after);
        while (!page.isEmpty()) {
            for (LocalItem each : page) {
                to.accept(ListedItem.of(each, whereabouts, keptAll || whereabouts.isPinned(each.itemId())));
            }
            after = page.getLast().name();
            page = page(item.itemId(), after);
        }
    }

    private List<LocalItem> page(ItemId folder, String after) {
        try {
            return tree.children(folder, after, PAGE);
        } catch (RefusedException e) {
            return List.of();
        }
    }

    /** The item at a path, which is relative to the drive, or absolute and below its mount point. */
    LocalItem find(String path) {
        ItemId at = ItemId.ROOT;
        for (String name : relative(path).split("/", -1)) {
            if (!name.isEmpty() && !name.equals(".")) {
                at = tree.child(at, name)
                        .orElseThrow(() -> new Refusal("there is no '" + path + "' on the drive"))
                        .itemId();
            }
        }
        return tree.item(at).orElseThrow(() -> new Refusal("there is no '" + path + "' on the drive"));
    }

    private String relative(String path) {
        String top = mountpoint + "/";
        return (path + "/").startsWith(top) ? path.substring(Math.min(path.length(), top.length())) : path;
    }
}
