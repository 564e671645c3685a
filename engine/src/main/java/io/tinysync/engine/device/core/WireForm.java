package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts intents into the form in which they are sent. What the author had seen becomes the base: an own earlier op, or the version
 * of the server's item, which still is what was seen. Used for one batch, in its order.
 */
final class WireForm {

    private final StoreView store;
    private final LocalView view;
    private final Earlier earlier = new Earlier();

    WireForm(StoreView store, LocalView view) {
        this.store = store;
        this.view = view;
        store.pendingIn(PendingState.ACCEPTED, Integer.MAX_VALUE).forEach(earlier::add);
    }

    /**
     * The op to send; empty if what was seen is not what the server has any more, so that it must be decided anew.
     *
     * @param descendants how many items go with a folder, whose removal stands for theirs; empty if it is of one item
     */
    Optional<Op> of(PendingOp op, OptionalLong descendants) {
        List<OpId> requires = earlier.requiredBy(op.intent());
        Optional<Op> wire = descendants.isPresent()
                ? Optional.of(subtree(op, requires, descendants.getAsLong()))
                : wire(op.opId(), op.intent(), requires);
        wire.ifPresent(_ -> earlier.add(op));
        return wire;
    }

    /** All that is known here of what was removed is from the log up to the cursor. */
    private Op subtree(PendingOp op, List<OpId> requires, long descendants) {
        Base base = Base.at(store.position().cursor().seq());
        return new Op.DeleteSubtree(op.opId(), op.itemId(), requires, base, descendants);
    }

    private Optional<Op> wire(OpId id, Intent intent, List<OpId> requires) {
        ItemId item = intent.itemId();
        return switch (intent) {
            case Intent.Create create -> Optional.of(create(id, create, requires));
            case Intent.Update(var _, var content, var mode, var mtimeNs, var seen, var _) ->
                contentBase(item, seen)
                        .map(base -> new Op.UpdateContent(id, item, requires, content, mode, mtimeNs, base));
            case Intent.Move(var _, var from, var to, var _) ->
                placementBase(item, from)
                        .map(base -> new Op.MoveRename(id, item, requires, to.parentItemId(), to.name(), base));
            case Intent.SetMetadata(var _, var mode, var mtimeNs, var seen) ->
                contentBase(item, seen).map(base -> new Op.SetMetadata(id, item, requires, mode, mtimeNs, base));
            case Intent.Delete(var _, var _, var seen) ->
                contentBase(item, seen).map(base -> new Op.Delete(id, item, requires, base));
            case Intent.Restore(var _, var to, var subtree) ->
                Optional.of(new Op.Restore(id, item, requires, subtree, to.parentItemId(), to.name()));
        };
    }

    private static Op create(OpId id, Intent.Create create, List<OpId> requires) {
        ItemId item = create.itemId();
        ItemId parent = create.parentItemId();
        String name = create.name();
        int mode = create.mode();
        long mtimeNs = create.mtimeNs();
        return switch (create.itemKind()) {
            case FILE ->
                new Op.CreateFile(
                        id, item, requires, parent, name, Objects.requireNonNull(create.content()), mode, mtimeNs);
            case FOLDER -> new Op.CreateFolder(id, item, requires, parent, name, mode, mtimeNs);
            case SYMLINK ->
                new Op.CreateSymlink(
                        id, item, requires, parent, name, Objects.requireNonNull(create.target()), mode, mtimeNs);
            case UNKNOWN -> throw new IllegalStateException("an item of unknown kind is never created here");
        };
    }

    private Optional<Base> contentBase(ItemId item, @Nullable Sha256 seen) {
        Optional<Base> chained = earlier.lastContentOf(item).map(Base::after);
        return chained.isPresent()
                ? chained
                : store.serverItem(item)
                        .filter(server -> seen == null || seen.equals(sha(server)))
                        .map(server -> Base.at(server.contentVersion()));
    }

    private Optional<Base> placementBase(ItemId item, Place from) {
        Optional<Base> chained = earlier.lastPlacementOf(item).map(Base::after);
        Place seen = new Place(view.resolve(from.parentItemId()), from.name());
        return chained.isPresent()
                ? chained
                : store.serverItem(item)
                        .filter(server -> Place.of(server).equals(seen))
                        .map(server -> Base.at(server.placementVersion()));
    }

    private static @Nullable Sha256 sha(Item item) {
        Content content = item.content();
        return content == null ? null : content.sha256();
    }

    /** The device's earlier ops whose entries are not replayed yet. */
    private static final class Earlier {

        private final List<PendingOp> ops = new ArrayList<>();

        void add(PendingOp op) {
            ops.add(op);
        }

        Optional<OpId> lastContentOf(ItemId item) {
            return last(
                    item,
                    op -> op.intent().gives() != null
                            || op.intent() instanceof Intent.Restore
                            || op.intent() instanceof Intent.Create);
        }

        Optional<OpId> lastPlacementOf(ItemId item) {
            return last(
                    item,
                    op -> op.intent() instanceof Intent.Create
                            || op.intent() instanceof Intent.Restore
                            || op.intent() instanceof Intent.Move);
        }

        private Optional<OpId> last(ItemId item, Predicate<PendingOp> kind) {
            return ops.reversed().stream()
                    .filter(op -> op.itemId().equals(item) && kind.test(op))
                    .map(PendingOp::opId)
                    .findFirst();
        }

        /** Those on the same item, on its folder, and those that keep what is deleted or replaced. */
        List<OpId> requiredBy(Intent intent) {
            Set<OpId> required = new LinkedHashSet<>();
            for (PendingOp op : ops.reversed()) {
                boolean needed = op.itemId().equals(intent.itemId())
                        || Places.parents(intent).contains(op.itemId())
                        || (intent instanceof Intent.Delete
                                && Places.parents(op.intent()).contains(intent.itemId()))
                        || keeps(op.intent(), intent);
                if (needed && required.size() < Limits.MAX_REQUIRES) {
                    required.add(op.opId());
                }
            }
            return List.copyOf(required);
        }

        /** Whether what the later one takes away was written to another place by the earlier one. */
        private static boolean keeps(Intent earlier, Intent later) {
            Content gives = earlier.gives();
            return gives != null
                    && switch (later) {
                        case Intent.Delete delete -> gives.sha256().equals(delete.seen());
                        case Intent.Update update ->
                            gives.size() > 0 && gives.sha256().equals(update.seen());
                        case Intent.Create _, Intent.Move _, Intent.SetMetadata _, Intent.Restore _ -> false;
                    };
        }
    }
}
