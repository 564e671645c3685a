package io.tinysync.engine.device;

import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.device.core.RenameOutcome;
import io.tinysync.engine.device.core.UploadPlan;
import io.tinysync.engine.device.core.Work;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.NameRules;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** One device's local tree on a store in memory, with a clock that a test sets and no server that takes what is sent. */
final class SavingDevice {

    static final long TEMPORARY_QUIET_MS = 3_000;

    private static final NameRules NAMES = NameRules.of(NamePolicy.POSIX);

    final MemoryDeviceStore store =
            new MemoryDeviceStore(name -> NAMES.key(name).value());
    final StoredLocalTree tree;
    private final DeviceRules rules;
    long nowMs = 1_800_000_000_000L;
    private long numbers;

    SavingDevice() {
        this.rules = new DeviceRules(NAMES, new Numbered(), "laptop", TEMPORARY_QUIET_MS, 60_000, 50_000_000);
        this.tree = new StoredLocalTree(store, rules, () -> nowMs, TreeListener.NONE, () -> {});
        StoredValues.write(store, tx -> tx.setPosition(tx.position().withBootstrapped()));
    }

    /** The server has a file of that name, or has it with another content by now. */
    ItemId onServer(String name, String text) {
        ItemId id = tree.child(ItemId.ROOT, name).map(LocalItem::itemId).orElseGet(() -> new Numbered().newItemId());
        onServer(id, name, text);
        return id;
    }

    void onServer(ItemId id, String name, String text) {
        long seq = ++numbers;
        Content content = StoredValues.content(text);
        StoredValues.write(
                store,
                tx -> tx.putServerItem(
                        new Item(id, ItemId.ROOT, name, ItemKind.FILE, content, null, 0644, 7, seq, seq, seq, null)));
    }

    LocalItem at(String name) {
        return tree.child(ItemId.ROOT, name).orElseThrow();
    }

    /** Opens a file for writing, and makes it if it is not there. */
    LocalItem open(String name) throws RefusedException {
        Optional<LocalItem> there = tree.child(ItemId.ROOT, name);
        return there.isPresent()
                ? tree.beginWrite(there.get().itemId())
                : tree.createFile(ItemId.ROOT, name, 0644, nowMs);
    }

    /** Records what was written by one who had seen what the file held when it was opened. */
    void flush(LocalItem open, String text) throws RefusedException {
        Content seen = open.content();
        tree.seal(open.itemId(), seen == null ? null : seen.sha256(), StoredValues.content(text), 0644, nowMs);
    }

    void save(String name, String text) throws RefusedException {
        LocalItem open = open(name);
        flush(open, text);
        tree.release(open.itemId());
    }

    RenameOutcome rename(String from, String to) throws RefusedException {
        return tree.rename(ItemId.ROOT, from, ItemId.ROOT, to, false);
    }

    RenameOutcome rename(String from, String to, String seen) throws RefusedException {
        Sha256 sha256 = StoredValues.content(seen).sha256();
        return tree.rename(ItemId.ROOT, from, ItemId.ROOT, to, false, sha256);
    }

    void remove(String name) throws RefusedException {
        tree.removeFile(ItemId.ROOT, name);
    }

    boolean holds(String name, String text) {
        return StoredValues.content(text).equals(at(name).content());
    }

    List<String> names() throws RefusedException {
        return tree.children(ItemId.ROOT, "", 100).stream().map(LocalItem::name).toList();
    }

    /** What can be sent now, in order, where every blob is on the server. */
    List<Intent> sendable() {
        return sendable(_ -> true);
    }

    List<Intent> sendable(Predicate<Content> isReady) {
        return plan(isReady).ops().stream().map(PendingOp::intent).toList();
    }

    UploadPlan.Next plan(Predicate<Content> isReady) {
        return store.read(view -> new UploadPlan(view, new LocalView(view, NAMES), nowMs).next(isReady));
    }

    /** The request that goes out now, or goes out again. */
    MutationsRequest request() {
        return store.write(tx -> UploadPlan.begin(new Work(tx, rules, nowMs), _ -> true))
                .orElseThrow();
    }

    /** All that is pending, in order. */
    List<Intent> pending() {
        return store.read(view ->
                view.pendingAfter(0, 100).stream().map(PendingOp::intent).toList());
    }

    private final class Numbered implements Ids {

        @Override
        public OpId newOpId() {
            return new OpId(new UUID(0x7000, ++numbers));
        }

        @Override
        public ItemId newItemId() {
            return new ItemId(new UUID(0x7000, ++numbers));
        }
    }
}
