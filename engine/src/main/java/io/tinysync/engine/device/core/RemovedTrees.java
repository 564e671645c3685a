package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Op;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Folders that were removed with all that was in them, as {@code rm -r} does it: where the removals of what was in a folder wait
 * in front of its own, that one stands for all of them, as the deletion of a subtree. So what another device had moved out of the
 * folder before, unknown here, survives; and many removals are one op. For one plan.
 */
final class RemovedTrees {

    /** How often such a deletion may be refused before the items are deleted one by one. */
    private static final int MAX_ATTEMPTS = 3;

    /** A folder with more in it is removed one by one: so many removals are not looked at in one go. */
    private static final int MAX_ITEMS = UploadPlan.MAX_SCANNED;

    /** How an item's removal is sent. */
    enum Part {
        /** By itself. */
        ALONE,
        /** With the folder that it was in. */
        COVERED,
        /** For itself and for all that was in it. */
        WHOLE,
        /** Not before what is on its way has been replayed. */
        LATER
    }

    /**
     * A folder that was removed as a whole, or was to be.
     *
     * @param descendants the items that went with it
     */
    private record Tree(Part part, Set<ItemId> descendants) {

        static final Tree NONE = new Tree(Part.ALONE, Set.of());
    }

    private final StoreView store;
    private final Supplier<Stream<PendingOp>> pending;
    private final Map<ItemId, Tree> trees = new HashMap<>();
    private final Map<ItemId, Optional<PendingOp>> removals = new HashMap<>();
    /** Folders that something which is to be sent goes into or comes out of, other than a removal. */
    private final Set<ItemId> busy = new HashSet<>();
    /** The same of what the server has accepted, and the log has not brought yet. */
    private final Set<ItemId> settling = new HashSet<>();

    private boolean lookedAround;

    /**
     * Of one plan.
     *
     * @param pending the ops that the plan looks at, in their order; asked for once there is a tree
     */
    RemovedTrees(StoreView store, Supplier<Stream<PendingOp>> pending) {
        this.store = store;
        this.pending = pending;
    }

    /** How a removal is to be sent. */
    Part part(PendingOp op) {
        if (!(op.intent() instanceof Intent.Delete delete)) {
            return Part.ALONE;
        }
        Optional<PendingOp> top = top(delete);
        if (top.isEmpty()) {
            return tree(op).part;
        }
        Tree tree = tree(top.get());
        boolean covered = tree.part != Part.ALONE && tree.descendants.contains(op.itemId());
        return covered ? tree.part == Part.WHOLE ? Part.COVERED : tree.part : Part.ALONE;
    }

    /** How many items go with a folder whose removal stands for theirs; empty for any other removal. */
    OptionalLong descendants(PendingOp op) {
        Tree tree = trees.getOrDefault(op.itemId(), Tree.NONE);
        return tree.part == Part.WHOLE ? OptionalLong.of(tree.descendants.size()) : OptionalLong.empty();
    }

    /** The removal of the topmost of the removed folders that an item was in. */
    private Optional<PendingOp> top(Intent.Delete delete) {
        Optional<PendingOp> top = Optional.empty();
        Optional<PendingOp> next = removal(delete.from().parentItemId());
        for (int depth = 0; next.isPresent() && depth < Limits.MAX_DEPTH; depth++) {
            top = next;
            next = removal(((Intent.Delete) next.get().intent()).from().parentItemId());
        }
        return top;
    }

    private Optional<PendingOp> removal(ItemId folder) {
        return removals.computeIfAbsent(
                folder,
                id -> store.pendingOf(id).stream()
                        .filter(op -> op.intent() instanceof Intent.Delete)
                        .findFirst());
    }

    private Tree tree(PendingOp top) {
        return trees.computeIfAbsent(top.itemId(), _ -> look(top));
    }

    private Tree look(PendingOp top) {
        ItemId folder = top.itemId();
        boolean isFolder = store.serverItem(folder)
                .filter(item -> item.kind() == ItemKind.FOLDER)
                .isPresent();
        if (!isFolder || isEmpty(folder) || top.attempts() > MAX_ATTEMPTS) {
            return Tree.NONE;
        }
        lookAround();
        boolean isUnderWay = top.state() != PendingState.WAITING && top.wire() instanceof Op.DeleteSubtree;
        return collect(folder, isUnderWay ? Part.LATER : part(folder));
    }

    private boolean isEmpty(ItemId folder) {
        return store.serverChildren(folder, "", 1).isEmpty();
    }

    private void lookAround() {
        if (lookedAround) {
            return;
        }
        lookedAround = true;
        pending.get()
                .filter(op -> !(op.intent() instanceof Intent.Delete))
                .forEach(op ->
                        (op.state() == PendingState.ACCEPTED ? settling : busy).addAll(Places.parents(op.intent())));
    }

    private Tree collect(ItemId folder, Part start) {
        Part part = start;
        Set<ItemId> below = new HashSet<>();
        Deque<ItemId> open = new ArrayDeque<>(List.of(folder));
        while (part != Part.ALONE && !open.isEmpty()) {
            for (Item child : store.serverChildren(open.removeFirst(), "", MAX_ITEMS)) {
                below.add(child.itemId());
                part = weaker(part, part(child.itemId()));
                if (child.kind() == ItemKind.FOLDER) {
                    open.add(child.itemId());
                }
            }
            part = below.size() >= MAX_ITEMS ? Part.ALONE : part;
        }
        return part == Part.ALONE ? Tree.NONE : new Tree(part, below);
    }

    /** Whether nothing but a removal that waits is pending of an item, or will be so once the log has brought the rest. */
    private Part part(ItemId item) {
        List<PendingOp> ops = store.pendingOf(item);
        boolean removed = !ops.isEmpty() && ops.getLast().intent() instanceof Intent.Delete;
        boolean sendable = ops.stream()
                .allMatch(op -> op.state() == PendingState.ACCEPTED
                        || (op.state() == PendingState.WAITING && op.intent() instanceof Intent.Delete));
        if (!removed || !sendable || busy.contains(item)) {
            return Part.ALONE;
        }
        boolean alone = ops.size() == 1 && ops.getFirst().state() == PendingState.WAITING;
        return alone && !settling.contains(item) ? Part.WHOLE : Part.LATER;
    }

    private static Part weaker(Part one, Part other) {
        return one == Part.ALONE || other == Part.ALONE
                ? Part.ALONE
                : one == Part.LATER || other == Part.LATER ? Part.LATER : Part.WHOLE;
    }
}
