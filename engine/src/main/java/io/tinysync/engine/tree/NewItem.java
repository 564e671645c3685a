package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Op;

/** The items that creations at a seq make. */
final class NewItem {

    private NewItem() {}

    static Item file(Op.CreateFile op, long seq) {
        return new Item(
                op.itemId(),
                op.parentItemId(),
                op.name(),
                ItemKind.FILE,
                op.content(),
                null,
                op.mode(),
                op.mtimeNs(),
                seq,
                seq,
                seq,
                null);
    }

    static Item folder(Op.CreateFolder op, long seq) {
        return new Item(
                op.itemId(),
                op.parentItemId(),
                op.name(),
                ItemKind.FOLDER,
                null,
                null,
                op.mode(),
                op.mtimeNs(),
                seq,
                seq,
                seq,
                null);
    }

    static Item symlink(Op.CreateSymlink op, long seq) {
        return new Item(
                op.itemId(),
                op.parentItemId(),
                op.name(),
                ItemKind.SYMLINK,
                null,
                op.target(),
                op.mode(),
                op.mtimeNs(),
                seq,
                seq,
                seq,
                null);
    }
}
