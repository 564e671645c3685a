package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Limits;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the rules work with in one transaction: the store, the time, and a record of what was changed. */
public final class Work {

    private final StoreTransaction store;
    private final DeviceRules rules;
    private final long nowMs;
    private final SaveRhythm rhythm;
    private final TreeChanges changes = new TreeChanges();
    private final List<Resolved> resolved = new ArrayList<>();
    private final LocalView view;

    /**
     * Begins work in a transaction that does not save files.
     *
     * @param nowMs clock time, in ms since 1970; dates conflict copies and begins quiet periods, and decides nothing else
     */
    public Work(StoreTransaction store, DeviceRules rules, long nowMs) {
        this(store, rules, nowMs, new SaveRhythm());
    }

    /** Begins work in a transaction that may save files, at the pace known so far. */
    public Work(StoreTransaction store, DeviceRules rules, long nowMs, SaveRhythm rhythm) {
        this.store = store;
        this.rules = rules;
        this.nowMs = nowMs;
        this.rhythm = rhythm;
        this.view = new LocalView(store, rules.names());
    }

    /** The local tree, as the work so far has left it. */
    public LocalView view() {
        return view;
    }

    /** What the work so far has changed. */
    public TreeChanges changes() {
        return changes;
    }

    /** What the work so far has settled between this device's changes and others', in that order. */
    public List<Resolved> resolved() {
        return resolved;
    }

    /** Where the device stands, as the work so far has left it. */
    public SyncPosition position() {
        return store.position();
    }

    StoreTransaction store() {
        return store;
    }

    DeviceRules rules() {
        return rules;
    }

    long nowMs() {
        return nowMs;
    }

    SaveRhythm rhythm() {
        return rhythm;
    }

    /** Ends the work: takes away folders that others have deleted and in which nothing is left that kept them here. */
    public void finish() {
        for (Place place : List.copyOf(changes.places())) {
            ItemId folder = place.parentItemId();
            for (int steps = 0; steps < Limits.MAX_DEPTH && !folder.isRoot(); steps++) {
                Optional<OverlayItem> row = store.overlay(folder).filter(this::isLeftOver);
                if (row.isEmpty()) {
                    break;
                }
                remove(row.get());
                folder = row.get().parentItemId();
            }
        }
    }

    private boolean isLeftOver(OverlayItem row) {
        return row.isPresent()
                && !row.isKept()
                && store.serverItem(row.itemId()).isEmpty()
                && store.pendingOf(row.itemId()).isEmpty()
                && store.overlayChildren(row.itemId(), "", 1).isEmpty();
    }

    /** Notes how a change of an item that is shown was settled. */
    void resolved(Resolution resolution, LocalItem item) {
        resolved.add(new Resolved(resolution, item.itemId(), item.kind(), item.name()));
    }

    /** Notes how a change of an item that may be gone was settled. */
    void resolved(Resolution resolution, ItemId itemId, Optional<OverlayItem> last) {
        resolved.add(new Resolved(
                resolution,
                itemId,
                last.map(OverlayItem::kind).orElse(ItemKind.UNKNOWN),
                last.map(OverlayItem::name).orElse("")));
    }

    /** Puts an overlay item and notes what that changes. */
    void put(OverlayItem row) {
        changes.changed(row.itemId());
        Set<Place> places = placesChangedBy(row);
        places.forEach(this::note);
        ItemId mergedInto = row.mergedInto();
        if (mergedInto != null && store.isPinned(row.itemId())) {
            store.setPinned(mergedInto, true);
        }
        store.putOverlay(row);
        places.forEach(this::note);
    }

    private Set<Place> placesChangedBy(OverlayItem row) {
        if (row.isPresent() && isShownAt(row.place(), row.itemId())) {
            return Set.of();
        }
        Set<Place> places = new LinkedHashSet<>(Set.of(row.place()));
        view.item(row.itemId()).map(LocalItem::place).ifPresent(places::add);
        return places;
    }

    /** Takes an overlay item away and notes what that changes. */
    void remove(OverlayItem row) {
        changes.changed(row.itemId());
        store.removeOverlay(row.itemId());
        if (!row.isPresent() || !isShownAt(row.place(), row.itemId())) {
            note(row.place());
            store.serverItem(row.itemId()).map(Place::of).ifPresent(changes::changed);
        }
    }

    /** Notes a name, and another spelling of it under which something is shown: that comes or goes too. */
    private void note(Place place) {
        changes.changed(place);
        view.byKey(place.parentItemId(), place.name()).map(LocalItem::place).ifPresent(changes::changed);
    }

    /** Whether the name leads to the item, without others that claim it: most writes change a file and none of its names. */
    private boolean isShownAt(Place place, ItemId itemId) {
        Optional<OverlayItem> first = store.overlayChild(place.parentItemId(), place.name());
        if (first.isPresent()) {
            return first.get().itemId().equals(itemId) && first.get().place().equals(place);
        }
        return store.overlay(itemId).isEmpty()
                && store.serverItem(itemId).map(Place::of).equals(Optional.of(place));
    }
}
