package io.tinysync.engine.device;

import io.tinysync.engine.device.core.CodePointOrder;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything that one vault's local store holds. A transaction works on a copy, and a crash goes back to an earlier one. */
final class MemoryState {

    /** A child's place in the order of pages. */
    record Child(ItemId parentItemId, String key, ItemId itemId) {}

    private static final Comparator<Child> PAGE_ORDER = Comparator.comparing(Child::parentItemId)
            .thenComparing(Child::key, CodePointOrder.INSTANCE)
            .thenComparing(Child::itemId);

    SyncPosition position = SyncPosition.START;
    long lastPosition;
    final TreeMap<ItemId, Item> server = new TreeMap<>();
    final TreeMap<Child, ItemId> serverChildren = new TreeMap<>(PAGE_ORDER);
    final TreeMap<ItemId, OverlayItem> overlay = new TreeMap<>();
    final TreeMap<Child, ItemId> overlayChildren = new TreeMap<>(PAGE_ORDER);
    final TreeMap<Long, PendingOp> pending = new TreeMap<>();
    final Map<OpId, Long> positions = new HashMap<>();

    final TreeSet<ItemId> pins = new TreeSet<>();
    final TreeMap<String, Sha256> replaced = new TreeMap<>();

    MemoryState copy() {
        MemoryState copy = new MemoryState();
        copy.position = position;
        copy.lastPosition = lastPosition;
        copy.server.putAll(server);
        copy.serverChildren.putAll(serverChildren);
        copy.overlay.putAll(overlay);
        copy.overlayChildren.putAll(overlayChildren);
        copy.pending.putAll(pending);
        copy.positions.putAll(positions);
        copy.pins.addAll(pins);
        copy.replaced.putAll(replaced);
        return copy;
    }
}
