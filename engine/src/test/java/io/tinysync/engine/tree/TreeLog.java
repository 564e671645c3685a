package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A tree with the log that made it, and short ways to say ops. */
final class TreeLog {

    static final int MODE = 0644;

    private final NamePolicy policy;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<OpId, Long> acceptedOps = new HashMap<>();
    private final Map<Sha256, Long> blobs = new HashMap<>();
    private Limits limits = Limits.DEFAULT;
    private ItemTree tree;
    private long ids;

    TreeLog(NamePolicy policy) {
        this.policy = policy;
        this.tree = ItemTree.empty(policy);
    }

    ItemTree tree() {
        return tree;
    }

    List<Entry> entries() {
        return entries;
    }

    long seq() {
        return entries.size();
    }

    void limits(Limits newLimits) {
        limits = newLimits;
    }

    Item item(ItemId id) {
        return tree.live(id).orElseThrow();
    }

    Item tombstone(ItemId id) {
        return tree.tombstone(id).orElseThrow();
    }

    /** A content of that size whose blob is held. */
    Content blob(long size) {
        Content content = new Content(new Sha256(++ids, 0, 0, 0), size);
        blobs.put(content.sha256(), size);
        return content;
    }

    ItemId newId() {
        return new ItemId(new UUID(0x7000, ++ids));
    }

    OpId newOp() {
        return new OpId(new UUID(0x7001, ++ids));
    }

    Decision decide(Op op) {
        return tree.decide(op, new Evaluation(seq() + 1, limits, this::seqOf, blobs));
    }

    /** Decides and, if the op holds, applies. */
    Decision submit(Op op) {
        Decision decision = decide(op);
        if (decision instanceof Decision.Accepted(var kind, var scope, var item)) {
            append(kind, scope, item, op.opId());
            acceptedOps.put(op.opId(), seq());
        }
        return decision;
    }

    /** Submits an op that must hold, and returns its seq. */
    long accept(Op op) {
        Decision decision = submit(op);
        if (decision instanceof Decision.Rejected rejected) {
            throw new AssertionError(op + " was refused: " + rejected);
        }
        return seq();
    }

    /** Submits an op that must not hold. */
    Decision.Rejected reject(Op op) {
        if (submit(op) instanceof Decision.Rejected rejected) {
            return rejected;
        }
        throw new AssertionError(op + " was accepted");
    }

    void append(EntryKind kind, Scope scope, @Nullable Item item, @Nullable OpId opId) {
        Entry entry = new Entry(seq() + 1, Chain.START, 1, opId, null, "2026-01-01T00:00:00Z", kind, scope, item);
        tree = tree.apply(entry);
        entries.add(entry);
    }

    ItemTree replayed() {
        ItemTree result = ItemTree.empty(policy);
        for (Entry entry : entries) {
            result = result.apply(entry);
        }
        return result;
    }

    ItemId folder(ItemId parent, String name) {
        Op.CreateFolder op = createFolder(newId(), parent, name);
        accept(op);
        return op.itemId();
    }

    ItemId file(ItemId parent, String name) {
        Op.CreateFile op = createFile(newId(), parent, name, blob(10));
        accept(op);
        return op.itemId();
    }

    Op.CreateFolder createFolder(ItemId id, ItemId parent, String name) {
        return new Op.CreateFolder(newOp(), id, List.of(), parent, name, MODE, 0);
    }

    Op.CreateFile createFile(ItemId id, ItemId parent, String name, Content content) {
        return new Op.CreateFile(newOp(), id, List.of(), parent, name, content, MODE, 0);
    }

    Op.UpdateContent update(ItemId id, Content content, Base base) {
        return new Op.UpdateContent(newOp(), id, List.of(), content, MODE, 0, base);
    }

    Op.MoveRename move(ItemId id, ItemId parent, String name) {
        return move(
                id,
                parent,
                name,
                Base.at(tree.live(id).map(Item::placementVersion).orElse(0L)));
    }

    Op.MoveRename move(ItemId id, ItemId parent, String name, Base base) {
        return new Op.MoveRename(newOp(), id, List.of(), parent, name, base);
    }

    Op.SetMetadata chmod(ItemId id, int mode, Base base) {
        return new Op.SetMetadata(newOp(), id, List.of(), mode, null, base);
    }

    Op.Delete delete(ItemId id) {
        return delete(id, Base.at(tree.live(id).map(Item::contentVersion).orElse(0L)));
    }

    Op.Delete delete(ItemId id, Base base) {
        return new Op.Delete(newOp(), id, List.of(), base);
    }

    Op.DeleteSubtree deleteSubtree(ItemId id, Base baseSeq, long liveDescendants, OpId... requires) {
        return new Op.DeleteSubtree(newOp(), id, List.of(requires), baseSeq, liveDescendants);
    }

    Op.Restore restore(ItemId id) {
        return new Op.Restore(newOp(), id, List.of(), false, null, null);
    }

    Op.Restore restoreSubtree(ItemId id) {
        return new Op.Restore(newOp(), id, List.of(), true, null, null);
    }

    Op.Restore restoreAt(ItemId id, boolean subtree, @Nullable ItemId parent, @Nullable String name) {
        return new Op.Restore(newOp(), id, List.of(), subtree, parent, name);
    }

    private OptionalLong seqOf(OpId opId) {
        Long seq = acceptedOps.get(opId);
        return seq == null ? OptionalLong.empty() : OptionalLong.of(seq);
    }
}
