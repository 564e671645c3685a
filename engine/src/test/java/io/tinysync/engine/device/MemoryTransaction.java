package io.tinysync.engine.device;

import io.tinysync.engine.device.MemoryState.Child;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.device.core.PendingTotals;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One transaction of the store in memory, on a state of its own. */
final class MemoryTransaction implements StoreTransaction {

    private static final ItemId LAST = new ItemId(new UUID(-1, -1));

    private final MemoryState state;
    private final UnaryOperator<String> keyOf;
    private final Map<ItemId, Item> staged;

    MemoryTransaction(MemoryState state, UnaryOperator<String> keyOf, Map<ItemId, Item> staged) {
        this.state = state;
        this.keyOf = keyOf;
        this.staged = staged;
    }

    @Override
    public SyncPosition position() {
        return state.position;
    }

    @Override
    public Optional<Item> serverItem(ItemId itemId) {
        return Optional.ofNullable(state.server.get(itemId));
    }

    @Override
    public Optional<Item> serverChild(ItemId parentItemId, String name) {
        return firstChild(state.serverChildren, parentItemId, name).flatMap(this::serverItem);
    }

    @Override
    public List<Item> serverChildren(ItemId parentItemId, String afterName, int limit) {
        return childrenAfter(state.serverChildren, parentItemId, afterName).values().stream()
                .limit(limit)
                .map(state.server::get)
                .toList();
    }

    @Override
    public List<Item> serverItems(ItemId after, int limit) {
        return page(state.server, after, limit);
    }

    @Override
    public Optional<OverlayItem> overlay(ItemId itemId) {
        return Optional.ofNullable(state.overlay.get(itemId));
    }

    @Override
    public Optional<OverlayItem> overlayChild(ItemId parentItemId, String name) {
        return firstChild(state.overlayChildren, parentItemId, name).flatMap(this::overlay);
    }

    @Override
    public List<OverlayItem> overlayChildren(ItemId parentItemId, String afterName, int limit) {
        List<OverlayItem> page = new ArrayList<>();
        String lastKey = "";
        for (var child :
                childrenAfter(state.overlayChildren, parentItemId, afterName).entrySet()) {
            if (page.size() >= limit && !child.getKey().key().equals(lastKey)) {
                break;
            }
            lastKey = child.getKey().key();
            overlay(child.getValue()).ifPresent(page::add);
        }
        return page;
    }

    @Override
    public List<OverlayItem> overlayItems(ItemId after, int limit) {
        return page(state.overlay, after, limit);
    }

    @Override
    public Optional<PendingOp> pending(OpId opId) {
        return Optional.ofNullable(state.positions.get(opId)).map(state.pending::get);
    }

    @Override
    public List<PendingOp> pendingAfter(long position, int limit) {
        return page(state.pending, position, limit);
    }

    @Override
    public List<PendingOp> pendingIn(PendingState wanted, int limit) {
        return state.pending.values().stream()
                .filter(op -> op.state() == wanted)
                .limit(limit)
                .toList();
    }

    @Override
    public List<PendingOp> pendingOf(ItemId itemId) {
        return state.pending.values().stream()
                .filter(op -> op.itemId().equals(itemId))
                .toList();
    }

    @Override
    public PendingTotals pendingTotals() {
        if (state.pending.isEmpty()) {
            return PendingTotals.NONE;
        }
        long bytes = state.pending.values().stream()
                .mapToLong(op -> sizeOf(op.intent().gives()))
                .sum();
        long oldest = state.pending.values().stream()
                .mapToLong(PendingOp::observedMs)
                .min()
                .orElse(0);
        return new PendingTotals(state.pending.size(), bytes, oldest);
    }

    @Override
    public TreeTotals serverTotals() {
        long bytes = state.server.values().stream()
                .mapToLong(item -> sizeOf(item.content()))
                .sum();
        return new TreeTotals(state.server.size(), bytes);
    }

    private static long sizeOf(@Nullable Content content) {
        return content == null ? 0 : content.size();
    }

    @Override
    public boolean isUnacknowledged(Sha256 sha256) {
        return state.overlay.values().stream().anyMatch(row -> isOf(row.content(), sha256))
                || state.pending.values().stream()
                        .anyMatch(op -> isOf(op.intent().gives(), sha256));
    }

    private static boolean isOf(@Nullable Content content, Sha256 sha256) {
        return content != null && content.sha256().equals(sha256);
    }

    @Override
    public List<Item> serverItemsOf(Sha256 sha256, int limit) {
        return state.server.values().stream()
                .filter(item -> isOf(item.content(), sha256))
                .limit(limit)
                .toList();
    }

    @Override
    public List<Sha256> replacedContents(Optional<Sha256> after, int limit) {
        String from = after.map(Sha256::toString).orElse("");
        return state.replaced.tailMap(from, false).values().stream()
                .limit(limit)
                .toList();
    }

    @Override
    public boolean isPinned(ItemId itemId) {
        return state.pins.contains(itemId);
    }

    @Override
    public List<ItemId> pins(Optional<ItemId> after, int limit) {
        return (after.isEmpty() ? state.pins : state.pins.tailSet(after.get(), false))
                .stream().limit(limit).toList();
    }

    @Override
    public void setPinned(ItemId itemId, boolean pinned) {
        if (pinned) {
            state.pins.add(itemId);
        } else {
            state.pins.remove(itemId);
        }
    }

    @Override
    public void forgetReplaced(Sha256 sha256) {
        state.replaced.remove(sha256.toString());
    }

    private void replaced(@Nullable Content before, @Nullable Content now) {
        if (before != null && !before.sameBytes(now)) {
            state.replaced.put(before.sha256().toString(), before.sha256());
        }
    }

    @Override
    public Optional<Item> stagedItem(ItemId itemId) {
        return Optional.ofNullable(staged.get(itemId));
    }

    @Override
    public void setPosition(SyncPosition position) {
        state.position = position;
    }

    @Override
    public void putServerItem(Item item) {
        Item before = state.server.get(item.itemId());
        if (before != null) {
            replaced(before.content(), item.content());
            state.serverChildren.remove(child(before.parentItemId(), before.name(), before.itemId()));
        }
        state.server.put(item.itemId(), item);
        state.serverChildren.put(child(item.parentItemId(), item.name(), item.itemId()), item.itemId());
    }

    @Override
    public void removeServerItem(ItemId itemId) {
        Item old = state.server.remove(itemId);
        if (old != null) {
            replaced(old.content(), null);
            state.serverChildren.remove(child(old.parentItemId(), old.name(), itemId));
        }
    }

    @Override
    public void putOverlay(OverlayItem item) {
        OverlayItem before = state.overlay.get(item.itemId());
        if (before != null) {
            replaced(before.content(), item.content());
            state.overlayChildren.remove(child(before.parentItemId(), before.name(), before.itemId()));
        }
        state.overlay.put(item.itemId(), item);
        if (item.isPresent()) {
            state.overlayChildren.put(child(item.parentItemId(), item.name(), item.itemId()), item.itemId());
        }
    }

    @Override
    public void removeOverlay(ItemId itemId) {
        OverlayItem old = state.overlay.remove(itemId);
        if (old != null) {
            Item server = state.server.get(itemId);
            replaced(old.content(), server == null ? null : server.content());
            state.overlayChildren.remove(child(old.parentItemId(), old.name(), itemId));
        }
    }

    @Override
    public void addPending(PendingOp op) {
        if (state.positions.containsKey(op.opId())) {
            throw new IllegalStateException("two pending ops with the id " + op.opId());
        }
        putPending(op);
    }

    @Override
    public void advancePending(PendingOp op) {
        PendingOp before = state.pending.get(op.position());
        if (before == null
                || !before.opId().equals(op.opId())
                || !before.intent().equals(op.intent())) {
            throw new IllegalStateException(op + " was " + before);
        }
        state.pending.put(op.position(), op);
    }

    @Override
    public void putPending(PendingOp op) {
        removePending(op.opId());
        if (state.pending.put(op.position(), op) != null) {
            throw new IllegalStateException("two pending ops at position " + op.position());
        }
        state.positions.put(op.opId(), op.position());
    }

    @Override
    public void removePending(OpId opId) {
        Long position = state.positions.remove(opId);
        if (position != null) {
            state.pending.remove(position);
        }
    }

    @Override
    public long nextPendingPosition() {
        state.lastPosition++;
        return state.lastPosition;
    }

    @Override
    public void adoptStagedTree() {
        state.server.clear();
        state.serverChildren.clear();
        staged.values().forEach(this::putServerItem);
    }

    private Child child(ItemId parentItemId, String name, ItemId itemId) {
        return new Child(parentItemId, keyOf.apply(name), itemId);
    }

    private Optional<ItemId> firstChild(NavigableMap<Child, ItemId> children, ItemId parentItemId, String name) {
        Child first = child(parentItemId, name, ItemId.ROOT);
        return Optional.ofNullable(children.ceilingEntry(first))
                .filter(entry -> entry.getKey().parentItemId().equals(parentItemId)
                        && entry.getKey().key().equals(first.key()))
                .map(Map.Entry::getValue);
    }

    private NavigableMap<Child, ItemId> childrenAfter(
            NavigableMap<Child, ItemId> children, ItemId parentItemId, String afterName) {
        Child start = afterName.isEmpty()
                ? new Child(parentItemId, "", ItemId.ROOT)
                : new Child(parentItemId, keyOf.apply(afterName), LAST);
        NavigableMap<Child, ItemId> tail = children.tailMap(start, false);
        Child end = new Child(parentItemId, Character.toString(Character.MAX_CODE_POINT), LAST);
        return tail.headMap(end, true);
    }

    private static <K, V> List<V> page(NavigableMap<K, V> map, K after, int limit) {
        return map.tailMap(after, false).values().stream().limit(limit).toList();
    }
}
