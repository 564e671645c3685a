package io.tinysync.client.drive;

import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.device.core.PendingTotals;
import io.tinysync.engine.device.core.Recreated;
import io.tinysync.engine.device.core.Refusal;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.device.core.RenameOutcome;
import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A local tree in memory, with a log of what the drive recorded, and another device's hand to change it from outside. */
public final class MemoryTree implements LocalTree {

    boolean full;
    PendingTotals pendingTotals = PendingTotals.NONE;

    /** One call of seal. */
    record Sealed(ItemId itemId, Optional<Sha256> seen, Content content, int mode, long mtimeNs) {}

    final List<Sealed> seals = new ArrayList<>();
    final List<ItemId> releases = new ArrayList<>();
    final List<ItemId> published = new ArrayList<>();
    /** What the last renaming was told that its writer had seen. */
    @Nullable
    Sha256 renamedOver;

    TreeListener listener = TreeListener.NONE;
    /** Called at the begin of each release, so that a test can have something else happen in its midst. */
    Runnable releasing = () -> {};

    private final Map<ItemId, LocalItem> items = new HashMap<>();
    private final Map<ItemId, NavigableMap<String, ItemId>> children = new HashMap<>();
    private final Set<ItemId> writing = new HashSet<>();
    private final Set<ItemId> held = new HashSet<>();
    private final Map<ItemId, Content> arrived = new HashMap<>();

    public MemoryTree() {
        items.put(
                ItemId.ROOT,
                new LocalItem(
                        ItemId.ROOT, ItemId.ROOT, "", ItemKind.FOLDER, null, null, 0755, 0, LocalState.IN_STEP, null));
        children.put(ItemId.ROOT, new TreeMap<>());
    }

    /** Another device makes a file. */
    synchronized ItemId arrive(ItemId parent, String name, Content content, int mode, long mtimeNs) {
        LocalItem item = made(parent, name, ItemKind.FILE, null, mode, mtimeNs);
        put(with(item, content, mode, mtimeNs));
        return item.itemId();
    }

    /** Another device replaces a file's content; while a program writes it, that waits. */
    public void arriveContent(ItemId itemId, Content content) {
        synchronized (this) {
            LocalItem item = get(itemId);
            if (writing.contains(itemId)) {
                arrived.put(itemId, content);
                return;
            }
            put(with(item, content, item.mode(), item.mtimeNs() + 1));
        }
        listener.changed(Set.of(), Set.of(itemId));
    }

    /** Another device removes an item. */
    void arriveRemoval(ItemId itemId) {
        LocalItem item;
        synchronized (this) {
            item = get(itemId);
            removed(item);
        }
        listener.changed(Set.of(item.place()), Set.of(itemId));
    }

    @Override
    public synchronized Optional<LocalItem> item(ItemId itemId) {
        return Optional.ofNullable(items.get(itemId));
    }

    @Override
    public synchronized Optional<LocalItem> child(ItemId parentItemId, String name) {
        return Optional.ofNullable(
                        children.getOrDefault(parentItemId, new TreeMap<>()).get(name))
                .map(this::get);
    }

    @Override
    public synchronized List<LocalItem> children(ItemId parentItemId, String afterName, int limit)
            throws RefusedException {
        return folder(parentItemId).tailMap(afterName, afterName.isEmpty()).values().stream()
                .limit(limit)
                .map(this::get)
                .toList();
    }

    @Override
    public TreeTotals totals() {
        return new TreeTotals(items.size() - 1, 0);
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public PendingTotals pendingTotals() {
        return pendingTotals;
    }

    @Override
    public synchronized LocalItem createFile(ItemId parentItemId, String name, int mode, long mtimeNs)
            throws RefusedException {
        requireFree(parentItemId, name);
        LocalItem item = made(parentItemId, name, ItemKind.FILE, null, mode, mtimeNs);
        writing.add(item.itemId());
        return withBytes(item);
    }

    @Override
    public synchronized LocalItem beginWrite(ItemId itemId) throws RefusedException {
        LocalItem item = require(itemId);
        writing.add(itemId);
        return withBytes(item);
    }

    private LocalItem withBytes(LocalItem item) {
        put(with(item, new BytesId(item.itemId().value())));
        return get(item.itemId());
    }

    @Override
    public synchronized void seal(ItemId itemId, @Nullable Sha256 seen, Content content, int mode, long mtimeNs)
            throws RefusedException {
        LocalItem item = require(itemId);
        assertThatWriting(itemId);
        seals.add(new Sealed(itemId, Optional.ofNullable(seen), content, mode, mtimeNs));
        held.remove(itemId);
        put(with(item, content, mode, mtimeNs));
    }

    private void assertThatWriting(ItemId itemId) {
        if (!writing.contains(itemId)) {
            throw new AssertionError("seal without a writer");
        }
    }

    @Override
    public Optional<Recreated> release(ItemId itemId, Runnable handingOver) {
        releasing.run();
        Content waiting;
        synchronized (this) {
            writing.remove(itemId);
            releases.add(itemId);
            LocalItem item = items.computeIfPresent(itemId, (_, open) -> with(open, null));
            if (item != null && item.kind() == ItemKind.FILE && item.content() == null && !held.contains(itemId)) {
                removed(item);
            }
            waiting = arrived.remove(itemId);
        }
        if (waiting != null) {
            arriveContent(itemId, waiting);
        }
        return Optional.empty();
    }

    @Override
    public synchronized boolean publishOpen(ItemId itemId) {
        published.add(itemId);
        return true;
    }

    @Override
    public synchronized LocalItem hold(ItemId itemId) throws RefusedException {
        LocalItem item = require(itemId);
        held.add(itemId);
        writing.remove(itemId);
        return withBytes(item);
    }

    @Override
    public synchronized List<LocalItem> unsettled(ItemId after, int limit) {
        Set<ItemId> ids = new HashSet<>(writing);
        ids.addAll(held);
        return ids.stream()
                .filter(id -> id.compareTo(after) > 0)
                .sorted()
                .limit(limit)
                .map(this::get)
                .toList();
    }

    @Override
    public synchronized LocalItem createFolder(ItemId parentItemId, String name, int mode, long mtimeNs)
            throws RefusedException {
        requireFree(parentItemId, name);
        return made(parentItemId, name, ItemKind.FOLDER, null, mode, mtimeNs);
    }

    @Override
    public synchronized LocalItem createSymlink(ItemId parentItemId, String name, String target, int mode, long mtimeNs)
            throws RefusedException {
        requireFree(parentItemId, name);
        return made(parentItemId, name, ItemKind.SYMLINK, target, mode, mtimeNs);
    }

    @Override
    public synchronized RenameOutcome rename(
            ItemId parentItemId,
            String name,
            ItemId newParentItemId,
            String newName,
            boolean noReplace,
            @Nullable Sha256 seen)
            throws RefusedException {
        renamedOver = seen;
        LocalItem source = requireChild(parentItemId, name);
        Optional<LocalItem> target = child(newParentItemId, newName);
        if (target.isEmpty()) {
            folder(newParentItemId);
            moved(source, newParentItemId, newName);
            return new RenameOutcome.Moved(source.itemId());
        }
        if (noReplace) {
            throw new RefusedException(Refusal.EXISTS, newName);
        }
        if (target.get().itemId().equals(source.itemId())) {
            return new RenameOutcome.Unchanged(source.itemId());
        }
        return replaced(source, target.get());
    }

    private RenameOutcome replaced(LocalItem source, LocalItem target) throws RefusedException {
        if (target.isFolder() && !source.isFolder()) {
            throw new RefusedException(Refusal.IS_FOLDER, target.name());
        }
        if (target.isFolder() && !folder(target.itemId()).isEmpty()) {
            throw new RefusedException(Refusal.NOT_EMPTY, target.name());
        }
        boolean open = writing.contains(source.itemId());
        removed(source);
        if (target.kind() == ItemKind.FILE && source.kind() == ItemKind.FILE) {
            Content content = source.content() == null ? target.content() : source.content();
            put(with(target, content, source.mode(), source.mtimeNs()));
            writing.remove(target.itemId());
            if (open) {
                writing.add(target.itemId());
            }
            return new RenameOutcome.Replaced(target.itemId(), source.itemId());
        }
        removed(target);
        items.put(source.itemId(), source);
        children.computeIfAbsent(source.itemId(), _ -> new TreeMap<>());
        moved(source, target.parentItemId(), target.name());
        return new RenameOutcome.Moved(source.itemId());
    }

    @Override
    public synchronized LocalItem removeFile(ItemId parentItemId, String name) throws RefusedException {
        LocalItem item = requireChild(parentItemId, name);
        if (item.isFolder()) {
            throw new RefusedException(Refusal.IS_FOLDER, name);
        }
        removed(item);
        return item;
    }

    @Override
    public synchronized LocalItem removeFolder(ItemId parentItemId, String name) throws RefusedException {
        LocalItem item = requireChild(parentItemId, name);
        if (!folder(item.itemId()).isEmpty()) {
            throw new RefusedException(Refusal.NOT_EMPTY, name);
        }
        removed(item);
        return item;
    }

    @Override
    public synchronized LocalItem setMetadata(ItemId itemId, OptionalInt mode, OptionalLong mtimeNs)
            throws RefusedException {
        LocalItem changed = Items.changed(require(itemId), mode, mtimeNs);
        put(changed);
        return changed;
    }

    private LocalItem made(ItemId parent, String name, ItemKind kind, @Nullable String target, int mode, long mtimeNs) {
        ItemId id = new ItemId(UUID.randomUUID());
        LocalItem item = new LocalItem(id, parent, name, kind, null, target, mode, mtimeNs, LocalState.PENDING, null);
        items.put(id, item);
        if (kind == ItemKind.FOLDER) {
            children.put(id, new TreeMap<>());
        }
        names(parent).put(name, id);
        return item;
    }

    private void put(LocalItem item) {
        items.put(item.itemId(), item);
    }

    private void removed(LocalItem item) {
        items.remove(item.itemId());
        writing.remove(item.itemId());
        names(item.parentItemId()).remove(item.name());
    }

    private void moved(LocalItem item, ItemId parent, String name) {
        names(item.parentItemId()).remove(item.name(), item.itemId());
        names(parent).put(name, item.itemId());
        put(new LocalItem(
                item.itemId(),
                parent,
                name,
                item.kind(),
                item.content(),
                item.target(),
                item.mode(),
                item.mtimeNs(),
                item.state(),
                item.bytes()));
    }

    private static LocalItem with(LocalItem item, @Nullable Content content, int mode, long mtimeNs) {
        return new LocalItem(
                item.itemId(),
                item.parentItemId(),
                item.name(),
                item.kind(),
                content,
                item.target(),
                mode,
                mtimeNs,
                item.state(),
                item.bytes());
    }

    private static LocalItem with(LocalItem item, @Nullable BytesId bytes) {
        return new LocalItem(
                item.itemId(),
                item.parentItemId(),
                item.name(),
                item.kind(),
                item.content(),
                item.target(),
                item.mode(),
                item.mtimeNs(),
                item.state(),
                bytes);
    }

    private LocalItem get(ItemId itemId) {
        return Objects.requireNonNull(items.get(itemId));
    }

    private LocalItem require(ItemId itemId) throws RefusedException {
        return item(itemId).orElseThrow(() -> new RefusedException(Refusal.NO_ENTRY, "no item " + itemId));
    }

    private LocalItem requireChild(ItemId parent, String name) throws RefusedException {
        return child(parent, name).orElseThrow(() -> new RefusedException(Refusal.NO_ENTRY, name));
    }

    private NavigableMap<String, ItemId> folder(ItemId itemId) throws RefusedException {
        NavigableMap<String, ItemId> names = children.get(itemId);
        if (names == null) {
            throw new RefusedException(Refusal.NOT_FOLDER, "no folder " + itemId);
        }
        return names;
    }

    private void requireFree(ItemId parent, String name) throws RefusedException {
        if (folder(parent).containsKey(name)) {
            throw new RefusedException(Refusal.EXISTS, name);
        }
    }

    private NavigableMap<String, ItemId> names(ItemId folder) {
        return Objects.requireNonNull(children.get(folder));
    }
}
