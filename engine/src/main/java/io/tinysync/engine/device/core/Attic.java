package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
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
}
