package io.tinysync.simulation;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.protocol.ItemId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What goes wrong with machines and the server, besides the network. */
final class FaultSteps {

    private static final int MAX_MACHINES = 6;
    private static final long HOUR_MS = 3_600_000;

    private record Fault(int weight, String name, Runnable run) {}

    private final World world;
    /** What was in unclosed files when their process was killed; the next process shows it. */
    private final Map<Machine, Map<ItemId, Papers.Unclosed>> unclosed = new HashMap<>();

    private Vault.@Nullable Backup backup;

    FaultSteps(World world) {
        this.world = world;
    }

    void act(Machine machine, Users users) {
        List<Fault> faults = List.of(
                new Fault(20, "kill", () -> kill(machine, users)),
                new Fault(10, "kill soon", () -> machine.power().killAfter(world.chance.below(60))),
                new Fault(14, "power loss", () -> losePower(machine, users)),
                new Fault(8, "offline", () -> machine.online(!machine.isOnline())),
                new Fault(5, "clock", () -> machine.jump((world.chance.below(49) - 24) * HOUR_MS)),
                new Fault(6, "disk full", () -> machine.disk().faults().full(world.chance.perMille(500))),
                new Fault(3, "fsync", () -> machine.disk().faults().failFsyncs(1, world.chance::below)),
                new Fault(3, "read", () -> machine.disk().faults().failReads(1)),
                new Fault(4, "garbage", world.vault::collectGarbage),
                new Fault(6, "quota", () -> world.vault.quotaFull(world.chance.perMille(500))),
                new Fault(6, "administrator", world.administrator::act),
                new Fault(5, "server restart", world.vault::restart),
                new Fault(4, "image", machine::takeImage),
                new Fault(4, "old image", () -> goBack(machine, users)),
                new Fault(2, "clone", () -> copy(machine)),
                new Fault(2, "backup", this::backUp),
                new Fault(2, "restore", this::restore));
        int number = world.chance.below(faults.stream().mapToInt(Fault::weight).sum());
        for (Fault fault : faults) {
            number -= fault.weight();
            if (number < 0) {
                world.trace.add("fault: " + fault.name() + " at " + machine.name());
                world.tally.count("fault " + fault.name());
                fault.run().run();
                return;
            }
        }
    }

    /** The process is killed, or found to have been. */
    void kill(Machine machine, Users users) {
        machine.kill();
        Map<ItemId, Papers.Unclosed> left = users.desk().killed();
        unclosed.computeIfAbsent(machine, _ -> new HashMap<>()).putAll(left);
    }

    void losePower(Machine machine, Users users) {
        kill(machine, users);
        unclosed.remove(machine);
        world.judge.ledger().lostPower(machine);
        machine.losePower();
    }

    /** The machine is set up anew from its image. */
    void goBack(Machine machine, Users users) {
        if (machine.hasImage()) {
            kill(machine, users);
            unclosed.remove(machine);
            world.judge.forgets(machine.deviceId());
            world.judge.ledger().lostDisk(machine);
            machine.goBack();
            writersAreGone(machine);
            world.tally.count("fault went back to an image");
        }
    }

    private void copy(Machine machine) {
        if (machine.hasImage() && world.machines().size() < MAX_MACHINES) {
            Machine copy = new Machine(world, machine.name(), machine.deviceId());
            copy.becomeCopyOf(machine);
            writersAreGone(copy);
            world.judge.forgets(machine.deviceId());
            world.add(copy);
            world.tally.count("fault cloned");
        }
    }

    /** Who had files open when the image was taken does not exist on the machine that is made from it: what they recorded is sent. */
    private void writersAreGone(Machine machine) {
        machine.store().<List<OverlayItem>>read(view -> view.overlayItems(ItemId.ROOT, Integer.MAX_VALUE)).stream()
                .flatMap(row -> Optional.ofNullable(row.seal()).stream())
                .forEach(seal -> world.judge.ledger().maySend(seal.content().sha256()));
    }

    private void backUp() {
        backup = world.vault.backup();
    }

    private void restore() {
        Vault.Backup old = backup;
        if (old != null) {
            world.vault.restore(old);
            world.judge.historyLost();
            world.tally.count("fault restored backup");
            backup = null;
        }
    }

    /** A process has started: what its predecessor was writing is there, and shown. */
    void started(Machine machine, Users users) {
        Map<ItemId, Papers.Unclosed> left =
                Optional.ofNullable(unclosed.remove(machine)).orElse(Map.of());
        left.forEach((id, file) -> {
            if (file.bytes.length > 0 && !isSettled(machine, users, id, file)) {
                requireShown(machine, users, id, file.bytes);
            }
        });
    }

    /**
     * Whether what was recorded has gone the way of a closed file: it is edit, copy or new file as the conflict table has it, or was
     * all the time what another device has deleted.
     */
    private boolean isSettled(Machine machine, Users users, ItemId id, Papers.Unclosed file) {
        if (!file.recorded) {
            return false;
        }
        boolean wasDeleted = machine.daemon().tree().item(id).isEmpty()
                && world.vault.deletedContents().contains(file.asContent().sha256());
        return wasDeleted
                || users.desk().all().stream()
                        .anyMatch(item -> !item.itemId().equals(id)
                                && item.state() != LocalState.HELD
                                && file.asContent().sameBytes(item.content()));
    }

    private void requireShown(Machine machine, Users users, ItemId id, byte[] bytes) {
        LocalItem item = machine.daemon()
                .tree()
                .item(id)
                .orElseThrow(() ->
                        new Violation("P1", machine.name() + " has dropped a file that was being written: " + id));
        if (isOutOfSight(machine, item)) {
            world.tally.count("held files out of sight");
            return;
        }
        byte[] shown = shown(machine, users, item);
        if (!java.util.Arrays.equals(shown, bytes)) {
            throw new Violation(
                    "P1",
                    machine.name() + " shows " + text(shown) + " and not what was being written to " + item + ": "
                            + text(bytes));
        }
        world.tally.count("held files found");
    }

    /**
     * Whether its folder was deleted here while another device moved it there, or another device gave the folder a name that this
     * one had given to something else: the folder is back as soon as that is decided, for which answers to what was sent are waited
     * for.
     */
    private static boolean isOutOfSight(Machine machine, LocalItem item) {
        boolean undecided = machine.store()
                .<Boolean>read(view -> view.position().rebaseDue()
                        || !view.pendingIn(PendingState.SENT, 1).isEmpty());
        Optional<LocalItem> folder = folderOf(machine, item);
        while (folder.isPresent() && !folder.get().itemId().isRoot() && isFound(machine, folder.get())) {
            folder = folderOf(machine, folder.get());
        }
        boolean inSight = folder.isPresent() && folder.get().itemId().isRoot();
        return undecided && !inSight;
    }

    private static Optional<LocalItem> folderOf(Machine machine, LocalItem item) {
        return machine.daemon().tree().item(item.parentItemId()).filter(LocalItem::isFolder);
    }

    private static boolean isFound(Machine machine, LocalItem item) {
        return machine.daemon()
                .tree()
                .child(item.parentItemId(), item.name())
                .filter(there -> there.itemId().equals(item.itemId()))
                .isPresent();
    }

    private static byte[] shown(Machine machine, Users users, LocalItem item) {
        try {
            Desk.Handle handle = users.desk().open(item, OpenMode.READ, 0);
            try {
                return users.desk().read(handle);
            } finally {
                users.desk().release(handle);
            }
        } catch (DriveException e) {
            throw new Violation(
                    "P1", machine.name() + " does not show what was being written to " + item + ": " + e.getMessage());
        }
    }

    private static String text(byte[] bytes) {
        return "'" + new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1) + "'";
    }

    /** Nothing goes wrong any more. */
    void stop() {
        world.vault.quotaFull(false);
        for (Machine machine : world.machines()) {
            machine.online(true);
            machine.disk().faults().stop();
            machine.power().killAfter(Long.MAX_VALUE);
        }
    }
}
