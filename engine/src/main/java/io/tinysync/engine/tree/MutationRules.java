package io.tinysync.engine.tree;

import static io.tinysync.engine.protocol.RejectionCode.CYCLE;
import static io.tinysync.engine.protocol.RejectionCode.DEPENDENCY_REJECTED;
import static io.tinysync.engine.protocol.RejectionCode.INVALID_NAME;
import static io.tinysync.engine.protocol.RejectionCode.ITEM_EXISTS;
import static io.tinysync.engine.protocol.RejectionCode.ITEM_MISSING;
import static io.tinysync.engine.protocol.RejectionCode.NAME_TAKEN;
import static io.tinysync.engine.protocol.RejectionCode.NOT_EMPTY;
import static io.tinysync.engine.protocol.RejectionCode.PARENT_MISSING;
import static io.tinysync.engine.protocol.RejectionCode.SUBTREE_CHANGED;
import static io.tinysync.engine.protocol.RejectionCode.TOO_LARGE;
import static io.tinysync.engine.protocol.RejectionCode.VERSION_CONFLICT;
import static io.tinysync.engine.tree.Refusals.refuse;
import static io.tinysync.engine.tree.Refusals.rejected;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Scope;
import io.tinysync.engine.tree.Decision.Accepted;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The precondition of every mutation (DESIGN section 4). Each rule looks first at what a conflict is decided by (the item, its
 * version, its place) and last at what the sender can mend (limits, blobs), so that nobody sends a blob for an op that is lost.
 */
final class MutationRules {

    private final NameRules names;
    private final LiveItems live;
    private final Tombstones tombstones;
    private final Evaluation evaluation;
    private final ContentRules limits;

    MutationRules(NameRules names, LiveItems live, Tombstones tombstones, Evaluation evaluation) {
        this.names = names;
        this.live = live;
        this.tombstones = tombstones;
        this.evaluation = evaluation;
        this.limits = new ContentRules(live.size(), live.bytes(), evaluation);
    }

    Decision decide(Op op) {
        return switch (op) {
            case Op.CreateFile create -> create(EntryKind.CREATE_FILE, NewItem.file(create, evaluation.seq()));
            case Op.CreateFolder create -> create(EntryKind.CREATE_FOLDER, NewItem.folder(create, evaluation.seq()));
            case Op.CreateSymlink create -> create(EntryKind.CREATE_SYMLINK, NewItem.symlink(create, evaluation.seq()));
            case Op.UpdateContent update -> change(update, item -> updateContent(update, item));
            case Op.MoveRename move -> change(move, item -> moveRename(move, item));
            case Op.SetMetadata set -> change(set, item -> setMetadata(set, item));
            case Op.Delete delete -> change(delete, item -> delete(delete, item));
            case Op.DeleteSubtree delete -> change(delete, item -> deleteSubtree(delete, item));
            case Op.Restore restore -> restore(restore);
        };
    }

    private Decision create(EntryKind kind, Item item) {
        ItemId id = item.itemId();
        Optional<Item> known = live.find(id).or(() -> tombstones.find(id));
        if (known.isPresent() || id.isRoot()) {
            return rejected(ITEM_EXISTS, "the id " + id + " is in use", known.orElse(null));
        }
        return placement(item, item.parentItemId(), item.name())
                .or(() -> depth(item.parentItemId(), 0, null))
                .or(() -> limits.items(1, null))
                .or(() -> limits.content(item.content(), null))
                .orElseGet(() -> new Accepted(kind, Scope.ITEM, item));
    }

    /** What every mutation of a live item has in common: that there is one. */
    private Decision change(Op op, Function<Item, Decision> rule) {
        ItemId id = op.itemId();
        return live.find(id).map(rule).orElseGet(() -> missing(id));
    }

    private Decision missing(ItemId id) {
        Item tombstone = tombstones.find(id).orElse(null);
        String what = tombstone == null
                ? "there is no item " + id
                : "item " + id + " was deleted at seq " + tombstone.deletedAtSeq();
        return rejected(ITEM_MISSING, what, tombstone);
    }

    private Decision updateContent(Op.UpdateContent op, Item item) {
        if (item.kind() != ItemKind.FILE) {
            return rejected(ITEM_MISSING, "item " + item.itemId() + " is no file", item);
        }
        Item after = item.withContent(op.content(), op.mode(), op.mtimeNs(), evaluation.seq());
        return base("content_version", item.contentVersion(), op.baseContentVersion(), item)
                .or(() -> limits.content(op.content(), item))
                .orElseGet(() -> new Accepted(EntryKind.UPDATE_CONTENT, Scope.ITEM, after));
    }

    private Decision moveRename(Op.MoveRename op, Item item) {
        Item after = item.placedAt(op.parentItemId(), op.name(), evaluation.seq());
        return base("placement_version", item.placementVersion(), op.basePlacementVersion(), item)
                .or(() -> placement(item, op.parentItemId(), op.name()))
                .or(() -> cycle(item, op.parentItemId()))
                .or(() -> live.fits(item.itemId(), op.parentItemId()) ? Optional.empty() : tooDeep(item))
                .orElseGet(() -> new Accepted(EntryKind.MOVE_RENAME, Scope.ITEM, after));
    }

    private Decision setMetadata(Op.SetMetadata op, Item item) {
        Integer mode = op.mode();
        Long mtimeNs = op.mtimeNs();
        Item after = item.withMetadata(
                mode == null ? item.mode() : mode, mtimeNs == null ? item.mtimeNs() : mtimeNs, evaluation.seq());
        return base("content_version", item.contentVersion(), op.baseContentVersion(), item)
                .orElseGet(() -> new Accepted(EntryKind.SET_METADATA, Scope.ITEM, after));
    }

    private Decision delete(Op.Delete op, Item item) {
        return base("content_version", item.contentVersion(), op.baseContentVersion(), item)
                .or(() -> empty(item))
                .orElseGet(() -> new Accepted(EntryKind.DELETE, Scope.ITEM, item.deletedAt(evaluation.seq())));
    }

    private Optional<Decision> empty(Item item) {
        int children = live.folder(item.itemId()).children().size();
        return refuse(children > 0, NOT_EMPTY, () -> "the folder holds " + children + " items", item);
    }

    private Decision deleteSubtree(Op.DeleteSubtree op, Item folder) {
        if (!ItemTree.isFolder(folder)) {
            return rejected(ITEM_MISSING, "item " + folder.itemId() + " is no folder", folder);
        }
        OptionalLong base = resolved(op.baseSeq());
        if (base.isEmpty()) {
            return rejected(DEPENDENCY_REJECTED, notAccepted(op.baseSeq()), folder);
        }
        Item after = folder.deletedAt(evaluation.seq());
        return unseen(op, folder, base.getAsLong())
                .orElseGet(() -> new Accepted(EntryKind.DELETE_SUBTREE, Scope.SUBTREE, after));
    }

    /** Anything below the folder that its deleter had not seen: a deletion covers only what was seen to go. */
    private Optional<Decision> unseen(Op.DeleteSubtree op, Item folder, long baseSeq) {
        Set<Long> seen = op.requires().stream()
                .flatMapToLong(id -> evaluation.acceptedOps().seqOf(id).stream())
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
        long count = 0;
        for (Iterator<Item> below = live.below(folder.itemId()); below.hasNext(); ) {
            Item item = below.next();
            if (++count > op.liveDescendants()) {
                String more = "more than live_descendants = " + op.liveDescendants() + " items are below";
                return Optional.of(rejected(SUBTREE_CHANGED, more, folder));
            }
            for (long version : new long[] {item.version(), item.contentVersion(), item.placementVersion()}) {
                if (version > baseSeq && !seen.contains(version)) {
                    String changed =
                            "item " + item.itemId() + " was changed at seq " + version + ", after base_seq " + baseSeq;
                    return Optional.of(rejected(SUBTREE_CHANGED, changed, folder));
                }
            }
        }
        return Optional.empty();
    }

    private Decision restore(Op.Restore op) {
        Optional<Item> tombstone = tombstones.find(op.itemId());
        if (tombstone.isEmpty()) {
            String what = "item " + op.itemId() + " is no tombstone";
            return rejected(ITEM_MISSING, what, live.find(op.itemId()).orElse(null));
        }
        Item item = tombstone.get();
        ItemId parent = op.parentItemId() == null ? item.parentItemId() : op.parentItemId();
        String name = op.name() == null ? item.name() : op.name();
        List<List<Item>> below = op.subtree() && ItemTree.isFolder(item) ? tombstones.levelsBelow(item) : List.of();
        List<Item> restored = restored(item, below);
        return placement(item, parent, name)
                .or(() -> depth(parent, below.size(), item))
                .or(() -> limits.items(restored.size(), item))
                .or(() -> limits.quota(
                        restored.stream().mapToLong(LiveItems::bytesOf).sum(), item))
                .orElseGet(() -> new Accepted(
                        EntryKind.RESTORE,
                        below.isEmpty() ? Scope.ITEM : Scope.SUBTREE,
                        item.restoredAt(parent, name, evaluation.seq())));
    }

    private static List<Item> restored(Item item, List<List<Item>> below) {
        List<Item> all = new ArrayList<>(List.of(item));
        below.forEach(all::addAll);
        return all;
    }

    /** Whether an item, new or from another place, may have this name in this folder. */
    private Optional<Decision> placement(Item item, ItemId parent, String name) {
        Item current = live.find(item.itemId())
                .or(() -> tombstones.find(item.itemId()))
                .orElse(null);
        Optional<String> violation = names.violation(name);
        if (violation.isPresent()) {
            return Optional.of(rejected(INVALID_NAME, violation.get(), current));
        }
        if (!live.isFolder(parent)) {
            return Optional.of(rejected(PARENT_MISSING, "there is no folder " + parent, current));
        }
        return live.child(parent, names.key(name))
                .filter(holder -> !holder.itemId().equals(item.itemId()))
                .map(holder -> rejected(NAME_TAKEN, "item " + holder.itemId() + " has this name", holder));
    }

    private Optional<Decision> cycle(Item item, ItemId parent) {
        boolean under = live.isAtOrBelow(parent, item.itemId());
        return refuse(under, CYCLE, () -> "folder " + parent + " is the item or below it", item);
    }

    private Optional<Decision> depth(ItemId parent, int height, @Nullable Item current) {
        return live.depthIn(parent) + height <= Limits.MAX_DEPTH ? Optional.empty() : tooDeep(current);
    }

    private static Optional<Decision> tooDeep(@Nullable Item current) {
        String message = "an item would be deeper than " + Limits.MAX_DEPTH + " folders, the limit";
        return Optional.of(rejected(TOO_LARGE, message, current));
    }

    /**
     * Whether a version is still what the author had seen. An item's versions only grow, so the version as it stood after an op
     * is the present one exactly if the present one is not above that op's seq.
     */
    private Optional<Decision> base(String what, long version, Base base, Item current) {
        OptionalLong seq = resolved(base);
        if (seq.isEmpty()) {
            return Optional.of(rejected(DEPENDENCY_REJECTED, notAccepted(base), current));
        }
        boolean holds = switch (base) {
            case Base.AtSeq(long seen) -> version == seen;
            case Base.AfterOp after -> version <= seq.getAsLong();
        };
        return refuse(
                !holds, VERSION_CONFLICT, () -> what + " is " + version + ", the base is " + seq.getAsLong(), current);
    }

    private OptionalLong resolved(Base base) {
        return switch (base) {
            case Base.AtSeq(long seq) -> OptionalLong.of(seq);
            case Base.AfterOp(var op) -> evaluation.acceptedOps().seqOf(op);
        };
    }

    private static String notAccepted(Base base) {
        return "the base names an op that was not accepted: " + base.toJson();
    }
}
