package io.tinysync.engine.simulation;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import java.util.ArrayList;
import java.util.List;

/** Someone who deletes whole folders, and brings them back, at the server itself. */
final class Administrator {

    private final World world;
    private final DeviceId deviceId;
    private long requestNo;

    Administrator(World world) {
        this.world = world;
        this.deviceId = new DeviceId(world.chance.id());
    }

    void act() {
        if (world.chance.perMille(500)) {
            deleteSubtree();
        } else {
            restoreSubtree();
        }
    }

    private void deleteSubtree() {
        List<Item> folders = new ArrayList<>();
        world.server.tree().liveItems().forEachRemaining(item -> add(folders, item));
        if (!folders.isEmpty()) {
            Item folder = world.chance.of(folders);
            List<Item> below = new ArrayList<>();
            collect(folder.itemId(), below);
            below.forEach(item -> world.ledger.replaced(item.content()));
            long seq = world.server.cursor().seq();
            ask(new Op.DeleteSubtree(opId(), folder.itemId(), List.of(), Base.at(seq), below.size()), "deletes");
        }
    }

    private void restoreSubtree() {
        List<Item> folders = new ArrayList<>();
        world.server.tree().tombstones().forEachRemaining(item -> add(folders, item));
        if (!folders.isEmpty()) {
            Op restore = new Op.Restore(opId(), world.chance.of(folders).itemId(), List.of(), true, null, null);
            ask(restore, "restores");
        }
    }

    private static void add(List<Item> folders, Item item) {
        if (item.kind() == ItemKind.FOLDER) {
            folders.add(item);
        }
    }

    private void collect(ItemId folder, List<Item> into) {
        world.server.tree().children(folder).forEachRemaining(child -> {
            into.add(child);
            collect(child.itemId(), into);
        });
    }

    private void ask(Op op, String what) {
        requestNo++;
        world.tally.count("subtree " + what);
        world.trace.add("the administrator " + what + " " + op);
        world.server.administer(deviceId, requestNo, op, world.nowMs);
    }

    private OpId opId() {
        return new OpId(world.chance.id());
    }
}
