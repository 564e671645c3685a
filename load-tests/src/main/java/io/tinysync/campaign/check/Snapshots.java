package io.tinysync.campaign.check;

import io.tinysync.campaign.history.Answer;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.SnapshotTrailer;
import io.tinysync.engine.tree.ItemTree;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whole trees as lists of items. */
final class Snapshots {

    private Snapshots() {}

    /** What is wrong with a snapshot whatever the tree is. */
    static Optional<String> flaw(Answer.Snapshot snapshot) {
        SnapshotHeader header = snapshot.header();
        SnapshotTrailer trailer = snapshot.trailer();
        if (header.seq() != trailer.seq() || !header.chain().equals(trailer.chain())) {
            return Optional.of("it begins at seq " + header.seq() + " and ends at seq " + trailer.seq());
        }
        if (!snapshot.read().equals(trailer.sha256())
                || trailer.items() != snapshot.items().size()) {
            return Optional.of("its last line is not about the lines before");
        }
        Set<ItemId> folders = new HashSet<>(Set.of(ItemId.ROOT));
        for (Item item : snapshot.items()) {
            if (!folders.contains(item.parentItemId())) {
                return Optional.of("item " + item.itemId() + " comes before its folder");
            }
            folders.add(item.itemId());
        }
        return Optional.empty();
    }

    /** How items differ from the live ones of a tree; empty if they are the same, in whatever order. */
    static Optional<String> difference(ItemTree tree, List<Item> items) {
        Set<ItemId> found = new HashSet<>();
        for (Item item : items) {
            Optional<Item> live = tree.live(item.itemId());
            if (live.isEmpty()) {
                return Optional.of("it has " + item + ", which does not live in the server's tree");
            }
            if (!live.get().equals(item)) {
                return Optional.of("it has " + item + ", the server's tree has " + live.get());
            }
            if (!found.add(item.itemId())) {
                return Optional.of("it has item " + item.itemId() + " twice");
            }
        }
        return found.size() == tree.liveCount()
                ? Optional.empty()
                : Optional.of("it has " + found.size() + " items, the server's tree has " + tree.liveCount());
    }
}
