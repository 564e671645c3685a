package io.tinysync.simulation;

import io.tinysync.engine.device.CacheKeeper;
import io.tinysync.engine.device.ContentStore;
import io.tinysync.engine.device.Room;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.NamedContents;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What happens to the contents on a device beside being read and written: users pin, unpin and evict, the upkeep drops what is too
 * much, and the disk rots while no process runs. What the server has not acknowledged, and what is pinned, must stay (P7).
 */
final class CacheSteps {

    private record Step(int weight, String name, Runnable run) {}

    private static final int PAGE = 1000;

    private final World world;

    CacheSteps(World world) {
        this.world = world;
    }

    void act(Machine machine, Users users) {
        List<Step> steps = List.of(
                new Step(4, "pin", () -> any(users).ifPresent(item -> pin(machine, item.itemId(), true))),
                new Step(3, "unpin", () -> any(users).ifPresent(item -> pin(machine, item.itemId(), false))),
                new Step(8, "evict", () -> any(users).ifPresent(item -> evict(machine, item))),
                new Step(5, "upkeep", () -> keeping(machine, machine.daemon().keeper()::upkeep)),
                new Step(
                        5,
                        "drop replaced",
                        () -> keeping(machine, () -> {
                            machine.daemon().keeper().dropReplaced();
                            return true;
                        })),
                new Step(6, "fetch pinned", () -> machine.daemon().fetchPinned()),
                new Step(2, "bit flip", () -> flip(machine, users)));
        int number = world.chance.below(steps.stream().mapToInt(Step::weight).sum());
        for (Step step : steps) {
            number -= step.weight();
            if (number < 0) {
                world.trace.add(machine.name() + ": " + step.name());
                world.tally.count("cache " + step.name());
                step.run().run();
                return;
            }
        }
    }

    private Optional<LocalItem> any(Users users) {
        List<LocalItem> items = users.desk().all();
        return items.isEmpty() ? Optional.empty() : Optional.of(world.chance.of(items));
    }

    private static void pin(Machine machine, ItemId item, boolean pinned) {
        machine.daemon().store().<Boolean>write(transaction -> {
            transaction.setPinned(item, pinned);
            return true;
        });
    }

    private void evict(Machine machine, LocalItem item) {
        Content content = item.content();
        if (content != null) {
            CacheKeeper.Evicted evicted =
                    keeping(machine, () -> machine.daemon().keeper().evict(content.sha256()));
            world.trace.add(machine.name() + " evicts " + content.sha256() + ": " + evicted);
            world.tally.count("cache evicted " + evicted);
        }
    }

    /** Does what may drop contents, and looks whether one went that had to stay. */
    private <T> T keeping(Machine machine, Supplier<T> work) {
        List<Content> before = mustStay(machine);
        T result = work.get();
        ContentStore contents = machine.daemon().contents();
        for (Content content : before) {
            if (!contents.has(content)) {
                throw new Violation("P7", machine.name() + " has dropped " + content + ", which had to stay");
            }
        }
        return result;
    }

    /** What is here and either pinned or not acknowledged. */
    private List<Content> mustStay(Machine machine) {
        ContentStore contents = machine.daemon().contents();
        List<Content> stay = notAcknowledged(machine);
        machine.store().<Boolean>read(view -> {
            LocalView tree = new LocalView(view, world.names);
            addPinned(new NamedContents(view, tree), tree, ItemId.ROOT, stay);
            return true;
        });
        stay.removeIf(content -> content.size() == 0 || !contents.has(content));
        return stay;
    }

    private static List<Content> notAcknowledged(Machine machine) {
        return machine.store().<List<Content>>read(view -> {
            List<Content> found = new ArrayList<>();
            view.pendingAfter(0, PAGE)
                    .forEach(op -> Optional.ofNullable(op.intent().gives()).ifPresent(found::add));
            view.overlayItems(ItemId.ROOT, PAGE)
                    .forEach(row -> Optional.ofNullable(row.seal()).ifPresent(seal -> found.add(seal.content())));
            return found;
        });
    }

    private static void addPinned(NamedContents named, LocalView tree, ItemId folder, List<Content> into) {
        for (LocalItem item : tree.children(folder, "", PAGE)) {
            Content content = item.content();
            if (content != null && named.pin(item.itemId()).isPresent()) {
                into.add(content);
            }
            if (item.isFolder()) {
                addPinned(named, tree, item.itemId(), into);
            }
        }
    }

    /** While no process runs, a bit of some content flips that the server has: of another nobody could have the right bytes. */
    private void flip(Machine machine, Users users) {
        Set<Sha256> alone = new HashSet<>();
        notAcknowledged(machine).forEach(content -> alone.add(content.sha256()));
        world.faults().kill(machine, users);
        machine.flipBit(sha256 ->
                        !alone.contains(sha256) && world.vault.blob(sha256).isPresent())
                .ifPresent(sha256 -> {
                    world.trace.add("a bit of " + sha256 + " flips at " + machine.name());
                    world.tally.count("fault bit flip");
                });
    }

    /** Nothing is pinned any more and there is room, so that all can be read again. */
    void stop(Machine machine) {
        if (world.hasSmallCaches()) {
            machine.daemon().contents().askForRoom(Room.UNLIMITED);
            machine.store()
                    .<List<ItemId>>read(view -> view.pins(Optional.empty(), PAGE))
                    .forEach(item -> pin(machine, item, false));
        }
    }
}
