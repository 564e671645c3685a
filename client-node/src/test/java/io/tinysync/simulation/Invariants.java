package io.tinysync.simulation;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * What holds of every tree at any time: each item is found by its id and by its name, in one folder only that is not
 * below itself, and no two names in a folder have the same key. A device's tree is looked at through its store, which may be between two processes.
 */
final class Invariants {

    private static final int PAGE = 10_000;

    private final World world;

    Invariants(World world) {
        this.world = world;
    }

    void checkServer() {
        Set<ItemId> met = new HashSet<>();
        checkServer(ItemId.ROOT, met);
        long live = 0;
        for (Iterator<Item> items = world.vault.tree().liveItems(); items.hasNext(); items.next()) {
            live++;
        }
        require(met.size() == live, "the server", live + " items are live, " + met.size() + " are below the root");
    }

    private void checkServer(ItemId folder, Set<ItemId> met) {
        Set<String> keys = new HashSet<>();
        for (Iterator<Item> children = world.vault.tree().children(folder); children.hasNext(); ) {
            Item item = children.next();
            require(met.add(item.itemId()), "the server", "is at two places: " + item);
            require(keys.add(world.names.key(item.name()).value()), "the server", "the name is there twice: " + item);
            require(item.parentItemId().equals(folder), "the server", "is not in " + folder + ": " + item);
            checkServer(item.itemId(), met);
        }
    }

    void check(Machine machine) {
        machine.store().<Boolean>read(view -> {
            LocalView tree = new LocalView(view, world.names);
            check(machine, tree, ItemId.ROOT, new HashSet<>());
            for (OverlayItem row : view.overlayItems(ItemId.ROOT, PAGE)) {
                require(!isBelowItself(tree, row), machine.name(), "is below itself: " + row);
            }
            return true;
        });
    }

    private void check(Machine machine, LocalView view, ItemId folder, Set<ItemId> met) {
        Set<String> keys = new HashSet<>();
        for (LocalItem item : view.children(folder, "", PAGE)) {
            require(met.add(item.itemId()), machine.name(), "is at two places: " + item);
            require(keys.add(world.names.key(item.name()).value()), machine.name(), "the name is there twice: " + item);
            require(isFound(view, folder, item), machine.name(), "is not found in " + folder + ": " + item);
            if (item.isFolder()) {
                check(machine, view, item.itemId(), met);
            }
        }
    }

    private static boolean isFound(LocalView view, ItemId folder, LocalItem item) {
        return view.item(item.itemId()).filter(item::equals).isPresent()
                && view.child(folder, item.name()).filter(item::equals).isPresent();
    }

    private static boolean isBelowItself(LocalView tree, OverlayItem row) {
        return row.isPresent() && row.kind() == ItemKind.FOLDER && tree.isAtOrBelow(row.parentItemId(), row.itemId());
    }

    private static void require(boolean holds, String whose, String what) {
        if (!holds) {
            throw new Violation("tree", whose + ": " + what);
        }
    }
}
