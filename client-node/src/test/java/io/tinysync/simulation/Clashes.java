package io.tinysync.simulation;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.protocol.ItemId;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Users of two devices do something to the same item, or cross one another, before either device hears of the other. */
final class Clashes {

    private static final List<Users.Change> CHANGES = List.of(Users.Change.values());

    private final World world;

    Clashes(World world) {
        this.world = world;
    }

    void act() {
        List<Machine> two =
                world.machines().stream().filter(Machine::isRunning).limit(2).toList();
        if (two.size() < 2) {
            return;
        }
        if (world.chance.perMille(100)) {
            cross(two);
        } else {
            change(two);
        }
        if (world.chance.perMille(700)) {
            two.stream().filter(Machine::isRunning).forEach(machine -> world.guarded(machine, machine.daemon()::push));
        }
    }

    private void change(List<Machine> two) {
        List<LocalItem> items = inCommon(two, _ -> true);
        if (items.isEmpty()) {
            return;
        }
        ItemId item = world.chance.of(items).itemId();
        long number = world.nextText();
        Users.Change change = world.chance.of(CHANGES);
        for (Machine machine : two) {
            Users.Change own = world.chance.perMille(200) ? change : world.chance.of(CHANGES);
            act(machine, users -> users.change(item, own, number));
        }
    }

    /** Each puts a folder into the one that the other puts into this. */
    private void cross(List<Machine> two) {
        List<LocalItem> folders = inCommon(two, LocalItem::isFolder);
        if (folders.size() > 1) {
            ItemId one = world.chance.of(folders).itemId();
            ItemId other = world.chance.of(folders).itemId();
            act(two.getFirst(), users -> users.putInto(one, other));
            act(two.getLast(), users -> users.putInto(other, one));
        }
    }

    private void act(Machine machine, Consumer<Users> what) {
        if (machine.isRunning()) {
            world.guarded(machine, () -> what.accept(world.users(machine)));
        }
    }

    private List<LocalItem> inCommon(List<Machine> some, Predicate<LocalItem> which) {
        return world.users(some.getFirst()).desk().all().stream()
                .filter(which)
                .filter(item -> some.stream()
                        .allMatch(machine ->
                                world.users(machine).desk().shown(item.itemId()).isPresent()))
                .toList();
    }
}
