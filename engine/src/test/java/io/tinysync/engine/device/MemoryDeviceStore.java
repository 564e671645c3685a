package io.tinysync.engine.device;

import io.tinysync.engine.device.core.SnapshotLoad;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A store in memory, with the same promises as the one on disk but flat memory; and with crashes on demand. */
public final class MemoryDeviceStore implements DeviceStore {

    private final UnaryOperator<String> keyOf;
    private long changes;
    private MemoryState committed = new MemoryState();
    /** The last state that was made durable, and those committed since. */
    private final Deque<MemoryState> recent = new ArrayDeque<>(List.of(committed));

    /** An empty store that keys names by the given function. */
    public MemoryDeviceStore(UnaryOperator<String> keyOf) {
        this.keyOf = keyOf;
    }

    @Override
    public <T> T read(Function<StoreView, T> work) {
        return work.apply(new MemoryTransaction(current(), keyOf, Map.of()));
    }

    @Override
    public <T> T write(Function<StoreTransaction, T> work) {
        return write(work, Map.of());
    }

    private synchronized <T> T write(Function<StoreTransaction, T> work, Map<ItemId, Item> staged) {
        MemoryState next = committed.copy();
        T result = work.apply(new MemoryTransaction(next, keyOf, staged));
        committed = next;
        changes++;
        recent.addLast(next);
        return result;
    }

    private synchronized MemoryState current() {
        return committed;
    }

    /** How often what the store holds became another. */
    public synchronized long changes() {
        return changes;
    }

    @Override
    public synchronized void makeDurable() {
        recent.clear();
        recent.addLast(committed);
    }

    /** How many transactions were committed since the store was last made durable. */
    public synchronized int notDurable() {
        return recent.size() - 1;
    }

    /** Power was lost: of the transactions that were not made durable the first few are left. */
    public synchronized void losePower(int left) {
        while (recent.size() > left + 1) {
            recent.removeLast();
        }
        committed = recent.getLast();
        changes++;
        makeDurable();
    }

    /** All that the store holds, at one time. */
    public static final class Image {
        private final MemoryState state;

        private Image(MemoryState state) {
            this.state = state;
        }
    }

    /** What the store holds now. */
    public synchronized Image image() {
        return new Image(committed);
    }

    /** Goes back to an image. */
    public synchronized void goBack(Image image) {
        committed = image.state;
        changes++;
        makeDurable();
    }

    @Override
    public SnapshotLoad loadSnapshot() {
        return new Load();
    }

    private final class Load implements SnapshotLoad {

        private final Map<ItemId, Item> staged = new LinkedHashMap<>();

        @Override
        public void add(List<Item> items) {
            items.forEach(item -> staged.put(item.itemId(), item));
        }

        @Override
        public <T> T commit(Function<StoreTransaction, T> work) {
            return write(work, staged);
        }

        @Override
        public void close() {
            staged.clear();
        }
    }
}
