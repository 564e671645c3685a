package io.tinysync.simulation;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.protocol.ItemId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Someone at one device who acts on paths, at once and without slips. */
final class Person {

    private static final int PID = 2_000_000_000;

    private final World world;
    private final Machine machine;

    Person(World world, int machine) {
        this.world = world;
        this.machine = world.machines().get(machine);
    }

    private Desk desk() {
        return world.users(machine).desk();
    }

    Machine machine() {
        return machine;
    }

    LocalItem at(String path) {
        LocalItem item = machine.daemon().tree().item(ItemId.ROOT).orElseThrow();
        for (String name : path.split("/", -1)) {
            item = desk().child(item.itemId(), name)
                    .orElseThrow(() -> new AssertionError("no " + path + " among " + paths()));
        }
        return item;
    }

    private ItemId folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? ItemId.ROOT : at(path.substring(0, slash)).itemId();
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Opens a file for writing, which is made if it is not there, and emptied if it is. */
    Desk.Handle begin(String path) {
        return desk().child(folder(path), name(path))
                .map(item -> desk().open(item, OpenMode.REWRITE, PID))
                .orElseGet(() -> desk().create(folder(path), name(path), PID));
    }

    Desk.Handle open(String path, OpenMode mode) {
        return desk().open(at(path), mode, PID);
    }

    void write(Desk.Handle handle, String text) {
        desk().write(handle, 0, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void append(Desk.Handle handle, String text) {
        desk().write(handle, handle.paper().bytes.length, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void flush(Desk.Handle handle) {
        desk().flush(handle);
    }

    void fsync(Desk.Handle handle) {
        desk().fsync(handle);
    }

    void close(Desk.Handle handle) {
        desk().close(handle);
    }

    /** Writes, fsyncs and closes a file. */
    void save(String path, String text) {
        Desk.Handle handle = begin(path);
        write(handle, text);
        fsync(handle);
        close(handle);
    }

    String read(String path) {
        Desk.Handle handle = open(path, OpenMode.READ);
        try {
            return new String(desk().read(handle), StandardCharsets.ISO_8859_1);
        } finally {
            desk().release(handle);
        }
    }

    void mkdir(String path) {
        desk().mkdir(folder(path), name(path));
    }

    void link(String path, String target) {
        desk().symlink(folder(path), name(path), target);
    }

    void move(String from, String to) {
        desk().rename(at(from), folder(to), name(to));
    }

    void remove(String path) {
        desk().unlink(at(path));
    }

    void removeTree(String path) {
        LocalItem folder = at(path);
        for (LocalItem child : desk().children(folder.itemId())) {
            if (child.isFolder()) {
                removeTree(path + "/" + child.name());
            } else {
                desk().unlink(child);
            }
        }
        desk().rmdir(folder);
    }

    void chmod(String path, int mode) {
        desk().chmod(at(path), mode);
    }

    void utimes(String path, long mtimeNs) {
        desk().utimes(at(path), mtimeNs);
    }

    /** Looks at everything, as a file manager would. */
    void lookAround() {
        for (LocalItem item : desk().all()) {
            desk().stat(item);
            if (item.isFolder()) {
                desk().list(item.itemId());
            }
        }
    }

    /** Paths of all that is shown, in their order. */
    List<String> paths() {
        Map<String, LocalItem> items = new TreeMap<>();
        list(ItemId.ROOT, "", items);
        return List.copyOf(items.keySet());
    }

    private void list(ItemId folder, String path, Map<String, LocalItem> into) {
        for (LocalItem child : desk().children(folder)) {
            into.put(path + child.name(), child);
            if (child.isFolder()) {
                list(child.itemId(), path + child.name() + "/", into);
            }
        }
    }

    /** TinySync is killed and starts again. */
    void restart() {
        world.faults().kill(machine, world.users(machine));
        world.start(machine);
    }

    /** Does something during which TinySync is killed at its so many-th step; it starts again if it was. */
    void killedAt(int step, Runnable work) {
        machine.power().killAfter(step);
        world.guarded(machine, () -> {
            try {
                work.run();
            } catch (DriveException e) {
                world.trace.add(machine.name() + " is told " + e.errno());
            }
        });
        machine.power().killAfter(Long.MAX_VALUE);
        if (!machine.isRunning()) {
            world.start(machine);
        }
    }

    /** The machine is set up anew from the image that was taken of it, and starts. */
    void goBack() {
        world.faults().goBack(machine, world.users(machine));
        world.start(machine);
    }

    /** The machine loses power and starts again. */
    void losePower() {
        world.faults().losePower(machine, world.users(machine));
        world.start(machine);
    }
}
