package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Scope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The items of one vault at one position of its log: live ones in their folders, tombstones beside. A persistent value: every
 * change is a new tree that shares what did not change, so any number of readers may keep any number of trees.
 *
 * <p>A decision or a change costs a few map steps and a walk up the tree (at most {@link
 * io.tinysync.engine.protocol.Limits#MAX_DEPTH}); only deletes and restores of subtrees cost as much as they cover. Two trees are
 * equal if they have the same policy, live items and tombstones.
 */
public final class ItemTree {

    private final NamePolicy policy;
    private final NameRules names;
    private final LiveItems live;
    private final Tombstones tombstones;

    private ItemTree(NamePolicy policy, NameRules names, LiveItems live, Tombstones tombstones) {
        this.policy = policy;
        this.names = names;
        this.live = live;
        this.tombstones = tombstones;
    }

    /** The tree of a new vault: nothing but the root, which is no item. */
    public static ItemTree empty(NamePolicy policy) {
        NameRules names = NameRules.of(policy);
        return new ItemTree(policy, names, LiveItems.none(names), Tombstones.NONE);
    }

    /**
     * The tree of the items given, as a snapshot keeps them.
     *
     * @param live parents before children
     * @param tombstones in any order; asked for only after the last live item
     * @throws IllegalStateException if the items make no tree
     */
    public static ItemTree of(NamePolicy policy, Iterator<Item> live, Iterator<Item> tombstones) {
        NameRules names = NameRules.of(policy);
        LiveItemsDraft items = new LiveItemsDraft(names);
        while (live.hasNext()) {
            items.add(live.next());
        }
        return new ItemTree(policy, names, items.finish(), Tombstones.of(tombstones));
    }

    public NamePolicy policy() {
        return policy;
    }

    /** How many items live, the root not counted. */
    public long liveCount() {
        return live.size();
    }

    /** The sizes of all live files together. */
    public long liveBytes() {
        return live.bytes();
    }

    /** How many tombstones are kept. */
    public long tombstoneCount() {
        return tombstones.byId().size();
    }

    /** The live item of that id; never the root. */
    public Optional<Item> live(ItemId id) {
        return live.find(id);
    }

    /** The tombstone of that id. */
    public Optional<Item> tombstone(ItemId id) {
        return tombstones.byId().get(id).toJavaOptional();
    }

    /** The live item in that folder whose name has the same key as this one. */
    public Optional<Item> child(ItemId folder, String name) {
        return live.child(folder, names.key(name));
    }

    /** The live items directly in a folder, in no order. */
    public Iterator<Item> children(ItemId folder) {
        return live.folder(folder)
                .children()
                .valuesIterator()
                .map(id -> live.find(id).orElseThrow());
    }

    /** All live items, parents before children, in memory that grows with the depth of the tree only. */
    public Iterator<Item> liveItems() {
        return live.below(ItemId.ROOT);
    }

    /** All tombstones, in no order. */
    public Iterator<Item> tombstones() {
        return tombstones.byId().valuesIterator();
    }

    /** Whether the op holds here. The caller has seen to what it {@code requires} and to its repetition. */
    public Decision decide(Op op, Evaluation evaluation) {
        return new MutationRules(names, live, tombstones, evaluation).decide(op);
    }

    /**
     * The tree after an entry of this tree's own history.
     *
     * @throws IllegalStateException if the entry cannot follow, or is of an unknown kind: then the history and the tree do not
     *     belong together, and going on would make it worse
     */
    public ItemTree apply(Entry entry) {
        return switch (entry.kind()) {
            case CREATE_FILE, CREATE_FOLDER, CREATE_SYMLINK -> with(live.insert(item(entry)), tombstones);
            case UPDATE_CONTENT, SET_METADATA -> with(live.replace(item(entry)), tombstones);
            case MOVE_RENAME -> with(live.move(item(entry)), tombstones);
            case DELETE -> deleted(item(entry), List.of());
            case DELETE_SUBTREE ->
                deleted(item(entry), list(live.below(item(entry).itemId())));
            case RESTORE -> restored(entry);
            case PURGE -> with(live, tombstones.without(tombstones.wentWith(item(entry))));
            case EPOCH -> this;
            case UNKNOWN ->
                throw new IllegalStateException("entry " + entry.seq() + " is of a kind from a newer server");
        };
    }

    static boolean isFolder(Item item) {
        return item.kind() == ItemKind.FOLDER;
    }

    private ItemTree deleted(Item top, List<Item> below) {
        long seq = top.version();
        List<Item> gone = new ArrayList<>(below.size() + 1);
        gone.add(top);
        below.forEach(item -> gone.add(item.deletedAt(seq)));
        return with(live.remove(top, below), tombstones.with(gone));
    }

    private ItemTree restored(Entry entry) {
        Item top = item(entry);
        Item tombstone = tombstone(top.itemId())
                .orElseThrow(() -> new IllegalStateException("item " + top.itemId() + " is no tombstone"));
        List<Item> gone = new ArrayList<>(List.of(tombstone));
        LiveItems back = live.insert(top);
        if (entry.scope() == Scope.SUBTREE) {
            tombstones.levelsBelow(tombstone).forEach(gone::addAll);
        }
        for (Item item : gone.subList(1, gone.size())) {
            back = back.insert(item.restoredAt(item.parentItemId(), item.name(), entry.seq()));
        }
        return with(back, tombstones.without(gone));
    }

    private ItemTree with(LiveItems newLive, Tombstones newTombstones) {
        return new ItemTree(policy, names, newLive, newTombstones);
    }

    private static Item item(Entry entry) {
        Item item = entry.item();
        if (item == null) {
            throw new IllegalStateException("entry " + entry.seq() + " has no item");
        }
        return item;
    }

    private static List<Item> list(Iterator<Item> items) {
        List<Item> result = new ArrayList<>();
        items.forEachRemaining(result::add);
        return result;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ItemTree tree
                && policy == tree.policy
                && live.byId().equals(tree.live.byId())
                && tombstones.byId().equals(tree.tombstones.byId());
    }

    @Override
    public int hashCode() {
        return Objects.hash(policy, live.byId(), tombstones.byId());
    }

    @Override
    public String toString() {
        return "tree of " + liveCount() + " items and " + tombstoneCount() + " tombstones";
    }
}
