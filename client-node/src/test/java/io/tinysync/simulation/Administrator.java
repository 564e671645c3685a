package io.tinysync.simulation;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.MutationsRequest;
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

    DeviceId deviceId() {
        return deviceId;
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
        world.vault.tree().liveItems().forEachRemaining(item -> add(folders, item));
        if (!folders.isEmpty()) {
            delete(world.chance.of(folders).itemId());
        }
    }

    /** Deletes a folder with all that is in it. */
    void delete(ItemId folder) {
        List<Item> below = new ArrayList<>();
        collect(folder, below);
        for (Item item : below) {
            Content content = item.content();
            if (content != null) {
                world.judge.ledger().deleted(content.sha256());
            }
        }
        long seq = world.vault.cursor().seq();
        ask(new Op.DeleteSubtree(opId(), folder, List.of(), Base.at(seq), below.size()), "deletes");
    }

    /** Brings back some folder that was deleted, with all that went with it. */
    void restoreSubtree() {
        List<Item> folders = new ArrayList<>();
        world.vault.tree().tombstones().forEachRemaining(item -> add(folders, item));
        if (!folders.isEmpty()) {
            Op restore = new Op.Restore(opId(), world.chance.of(folders).itemId(), List.of(), true, null, null);
            ask(restore, "restores");
        }
    }

    /** Brings a folder back at another place, without what was in it. */
    void restore(ItemId folder, ItemId parentItemId, String name) {
        ask(new Op.Restore(opId(), folder, List.of(), false, parentItemId, name), "restores");
    }

    private static void add(List<Item> folders, Item item) {
        if (item.kind() == ItemKind.FOLDER) {
            folders.add(item);
        }
    }

    private void collect(ItemId folder, List<Item> into) {
        world.vault.tree().children(folder).forEachRemaining(child -> {
            into.add(child);
            collect(child.itemId(), into);
        });
    }

    private void ask(Op op, String what) {
        requestNo++;
        world.tally.count("subtree " + what);
        world.trace.add("the administrator " + what + " " + op);
        world.vault.mutations(deviceId, new MutationsRequest(world.vault.cursor(), requestNo, List.of(op)));
    }

    private OpId opId() {
        return new OpId(world.chance.id());
    }
}
