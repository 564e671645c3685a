package io.tinysync.campaign;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.tree.ItemTree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Mutations that get into each other's way: few names, few items, what a device believes of them being often out of date, and sometimes
 * made up.
 */
final class ConflictingOps {

    private static final List<String> NAMES = List.of("a", "A", "b", "c", "d", "e", "été", "ÉTÉ", "con", "x/y");

    private final Random random;
    private final List<Op> made = new ArrayList<>();

    ConflictingOps(Random random) {
        this.random = random;
    }

    /** The next one of a device that shows this tree, as of this seq. */
    Op next(ItemTree tree, long seq) {
        int what = random.nextInt(100);
        if (what < 6 && !made.isEmpty()) {
            return any(made);
        }
        if (what < 8 && !made.isEmpty()) {
            return anotherBody(any(made));
        }
        Op op = fresh(what, tree, seq);
        made.add(op);
        return op;
    }

    private Op fresh(int what, ItemTree tree, long seq) {
        List<Item> items = list(tree.liveItems());
        List<Item> tombstones = list(tree.tombstones());
        if (what < 35 || items.size() < 4) {
            return create(tree, items);
        }
        if (what < 45 && !tombstones.isEmpty()) {
            return restore(any(tombstones), tree);
        }
        // Sometimes of an item that is gone.
        Item item = !tombstones.isEmpty() && random.nextInt(12) == 0 ? any(tombstones) : any(items);
        if (what < 60) {
            return new Op.MoveRename(
                    opId(), item.itemId(), requires(), folder(tree), any(NAMES), base(item.placementVersion()));
        }
        if (what < 70) {
            return new Op.SetMetadata(
                    opId(),
                    item.itemId(),
                    requires(),
                    random.nextInt(0777),
                    random.nextLong(),
                    base(item.contentVersion()));
        }
        if (what < 78) {
            return new Op.Delete(opId(), item.itemId(), requires(), base(item.contentVersion()));
        }
        if (what < 85 && item.kind() == ItemKind.FOLDER) {
            long below = below(tree, item.itemId()) - (random.nextInt(8) == 0 ? 1 : 0);
            return new Op.DeleteSubtree(opId(), item.itemId(), requires(), base(seq), Math.max(0, below));
        }
        return new Op.UpdateContent(
                opId(), item.itemId(), requires(), any(Palette.CONTENTS), 0644, seq, base(item.contentVersion()));
    }

    private Op create(ItemTree tree, List<Item> items) {
        ItemId id = items.isEmpty() || random.nextInt(30) > 0
                ? new ItemId(uuid7())
                : any(items).itemId();
        return switch (random.nextInt(5)) {
            case 0, 1 -> new Op.CreateFolder(opId(), id, requires(), folder(tree), any(NAMES), 0755, -1);
            case 2 -> new Op.CreateSymlink(opId(), id, requires(), folder(tree), any(NAMES), "../target", 0777, 0);
            default ->
                new Op.CreateFile(opId(), id, requires(), folder(tree), any(NAMES), any(Palette.CONTENTS), 0600, 1);
        };
    }

    private Op restore(Item tombstone, ItemTree tree) {
        @Nullable ItemId elsewhere = random.nextInt(3) == 0 ? folder(tree) : null;
        @Nullable String renamed = random.nextInt(3) == 0 ? any(NAMES) : null;
        return new Op.Restore(opId(), tombstone.itemId(), requires(), random.nextBoolean(), elsewhere, renamed);
    }

    private static Op anotherBody(Op op) {
        return new Op.SetMetadata(op.opId(), op.itemId(), List.of(), 0400, null, Base.at(1));
    }

    /** What was seen, and now and then what was not, or an op of this device's own. */
    private Base base(long version) {
        return switch (random.nextInt(12)) {
            case 0 -> Base.at(Math.max(0, version - 1));
            case 1 -> made.isEmpty() ? Base.at(version) : Base.after(any(made).opId());
            default -> Base.at(version);
        };
    }

    private List<OpId> requires() {
        return made.isEmpty() || random.nextInt(8) > 0
                ? List.of()
                : List.of(any(made).opId());
    }

    private ItemId folder(ItemTree tree) {
        List<Item> folders = list(tree.liveItems());
        folders.removeIf(item -> item.kind() != ItemKind.FOLDER);
        return folders.isEmpty() || random.nextInt(4) == 0
                ? ItemId.ROOT
                : any(folders).itemId();
    }

    private static long below(ItemTree tree, ItemId folder) {
        long count = 0;
        for (Item child : list(tree.children(folder))) {
            count += 1 + below(tree, child.itemId());
        }
        return count;
    }

    private static List<Item> list(Iterator<Item> items) {
        List<Item> list = new ArrayList<>();
        items.forEachRemaining(list::add);
        // The tree has no order, and the same seed is to make the same ops.
        list.sort(Comparator.comparing(Item::itemId));
        return list;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private OpId opId() {
        return new OpId(uuid7());
    }

    private UUID uuid7() {
        return new UUID((random.nextLong() & ~0xF000L) | 0x7000, (random.nextLong() >>> 2) | 0x8000000000000000L);
    }

    /** The content that an op names, if any. */
    static @Nullable Content content(Op op) {
        return switch (op) {
            case Op.CreateFile create -> create.content();
            case Op.UpdateContent update -> update.content();
            case Op.CreateFolder _,
                    Op.CreateSymlink _,
                    Op.MoveRename _,
                    Op.SetMetadata _,
                    Op.Delete _,
                    Op.DeleteSubtree _,
                    Op.Restore _ -> null;
        };
    }
}
