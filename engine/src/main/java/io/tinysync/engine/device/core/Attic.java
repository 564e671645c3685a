package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the overlay showed before a rebase, for looking up what an item was that the server does not have any more. Empty while
 * programs act: then the overlay itself still shows it.
 */
final class Attic {

    private final Map<ItemId, OverlayItem> rows = new HashMap<>();
    private final Set<ItemId> removed = new HashSet<>();
    private final Set<ItemId> purged = new HashSet<>();
    private final Set<ItemId> tombstones = new HashSet<>();
    private final Set<ItemId> rewritten = new HashSet<>();
    private final Set<ItemId> toBeMade = new HashSet<>();
    private final Map<ItemId, Deque<Place>> toBeMoved = new HashMap<>();

    /** Keeps what an item was; one that was removed here too, since the removal is decided anew as well. */
    void keep(OverlayItem row) {
        rows.put(row.itemId(), row.present());
        if (row.presence() == OverlayItem.Presence.GONE) {
            removed.add(row.itemId());
        }
    }

    /** Where an item was that was removed here; empty if it was not. */
    Optional<Place> placeOfRemoved(ItemId itemId) {
        return removed.contains(itemId) ? find(itemId).map(OverlayItem::place) : Optional.empty();
    }

    Optional<OverlayItem> find(ItemId itemId) {
        return Optional.ofNullable(rows.get(itemId));
    }

    /** Says that the server has not even a tombstone of the item. */
    void purged(ItemId itemId) {
        purged.add(itemId);
    }

    boolean isPurged(ItemId itemId) {
        return purged.contains(itemId);
    }

    /** Says that an intent which is decided anew gives the item another content, or removes it. */
    void rewritten(ItemId itemId) {
        rewritten.add(itemId);
    }

    /** Whether the content that the server's item has will not be its own for long. */
    boolean isRewritten(ItemId itemId) {
        return rewritten.contains(itemId);
    }

    /** Says that the server holds the id of an item that was to be created as a tombstone. */
    void tombstone(ItemId itemId) {
        tombstones.add(itemId);
    }

    boolean isTombstone(ItemId itemId) {
        return tombstones.contains(itemId);
    }

    /** Says that an intent which is decided anew makes the item. */
    void toBeMade(ItemId itemId) {
        toBeMade.add(itemId);
    }

    /** Whether no server has ever had the item, unless an intent that was decided since has made it. */
    boolean isToBeMade(ItemId itemId) {
        return toBeMade.contains(itemId);
    }

    /** Says that an intent which is decided anew moves the item from there; to be said in the order of the intents. */
    void toBeMoved(ItemId itemId, Place from) {
        toBeMoved.computeIfAbsent(itemId, _ -> new ArrayDeque<>()).add(from);
    }

    /** Says that the first of the item's moves that were left is being decided. */
    void moved(ItemId itemId) {
        Deque<Place> left = toBeMoved.get(itemId);
        if (left != null) {
            left.poll();
        }
    }

    /** Where the item was before its moves that are not decided yet; empty if there are none. */
    Optional<Place> placeBefore(ItemId itemId) {
        return Optional.ofNullable(toBeMoved.get(itemId)).map(Deque::peek);
    }
}
