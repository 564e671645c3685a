package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.vavr.collection.HashMap;
import io.vavr.collection.List;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The deleted items of a tree that are still kept; a persistent value. */
final class Tombstones {

    static final Tombstones NONE = new Tombstones(HashMap.empty(), HashMap.empty());

    private final HashMap<ItemId, Item> items;

    /**
     * Which items went with one deletion, by its seq, for deletions of more than one. May name items that were restored since: what
     * counts is the {@code deletedAtSeq} of the item itself.
     */
    private final HashMap<Long, List<ItemId>> together;

    private Tombstones(HashMap<ItemId, Item> items, HashMap<Long, List<ItemId>> together) {
        this.items = items;
        this.together = together;
    }

    /** The tombstones given, in any order. */
    static Tombstones of(Iterator<Item> tombstones) {
        HashMap<ItemId, Item> items = HashMap.empty();
        Map<Long, List<ItemId>> bySeq = new java.util.HashMap<>();
        while (tombstones.hasNext()) {
            Item item = tombstones.next();
            items = items.put(item.itemId(), item);
            bySeq.merge(seqOf(item), List.of(item.itemId()), (ids, id) -> ids.prependAll(id));
        }
        bySeq.values().removeIf(ids -> ids.size() < 2);
        return new Tombstones(items, HashMap.ofAll(bySeq));
    }

    Optional<Item> find(ItemId id) {
        return items.get(id).toJavaOptional();
    }

    HashMap<ItemId, Item> byId() {
        return items;
    }

    /** With the items of one deletion. */
    Tombstones with(Collection<Item> deleted) {
        HashMap<ItemId, Item> result = items;
        List<ItemId> ids = List.empty();
        for (Item item : deleted) {
            result = result.put(item.itemId(), item);
            ids = ids.prepend(item.itemId());
        }
        if (deleted.size() < 2) {
            return new Tombstones(result, together);
        }
        return new Tombstones(result, together.put(seqOf(deleted.iterator().next()), ids));
    }

    /** What is below the folder and went with the same deletion, by level: parents before children, the folder not included. */
    java.util.List<java.util.List<Item>> levelsBelow(Item folder) {
        Map<ItemId, java.util.List<Item>> byParent = new java.util.HashMap<>();
        for (Item item : wentWith(folder)) {
            byParent.computeIfAbsent(item.parentItemId(), id -> new ArrayList<>())
                    .add(item);
        }
        java.util.List<java.util.List<Item>> levels = new ArrayList<>();
        Deque<Item> parents = new ArrayDeque<>(java.util.List.of(folder));
        while (!parents.isEmpty()) {
            java.util.List<Item> level = new ArrayList<>();
            parents.forEach(parent -> level.addAll(byParent.getOrDefault(parent.itemId(), java.util.List.of())));
            parents.clear();
            parents.addAll(level);
            if (!level.isEmpty()) {
                levels.add(level);
            }
        }
        return levels;
    }

    /** Every tombstone of the deletion that took this one, itself included. */
    java.util.List<Item> wentWith(Item tombstone) {
        long seq = seqOf(tombstone);
        java.util.List<Item> result = new ArrayList<>();
        for (ItemId id : together.getOrElse(seq, List.of(tombstone.itemId()))) {
            items.get(id).filter(item -> seqOf(item) == seq).forEach(result::add);
        }
        return result;
    }

    /** Without these items of one deletion, which were restored or are purged. */
    Tombstones without(Collection<Item> gone) {
        HashMap<ItemId, Item> left = items;
        for (Item item : gone) {
            left = left.remove(item.itemId());
        }
        if (gone.size() < 2) {
            return new Tombstones(left, together);
        }
        return new Tombstones(left, together).tidied(seqOf(gone.iterator().next()));
    }

    private Tombstones tidied(long seq) {
        List<ItemId> left =
                together.getOrElse(seq, List.empty()).filter(id -> items.get(id).exists(item -> seqOf(item) == seq));
        return new Tombstones(items, left.size() < 2 ? together.remove(seq) : together.put(seq, left));
    }

    private static long seqOf(Item tombstone) {
        return Objects.requireNonNull(tombstone.deletedAtSeq(), "deleted_at_seq");
    }
}
