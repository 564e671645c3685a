package io.tinysync.simulation;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The users of one device: they write, save, move, delete and look, each with some programs, and cannot leave one another's files alone. */
final class Users {

    private static final List<String> NAMES =
            List.of("a", "b", "c.txt", "d.txt", "e.tmp", "A", "f", "g.odt", ".DS_Store", "doc~", "~$h", "B", "x.swp");

    private static final List<String> FEW_NAMES = List.of("a", "b", "c.txt", "A", "e.tmp");

    /** Numbers that no thread of this machine has. */
    private static final int FIRST_PID = 2_000_000_000;

    private static final String COMMON = "common ";

    /** One act of a user, and how often it is chosen. */
    private record Act(int weight, String name, Runnable run) {}

    private final World world;
    private final Machine machine;
    private final Desk desk;
    /** Whether they are at the same few things all the time, most of all at names and folders. */
    private final boolean crowded;

    private final List<Act> acts;
    private final int total;

    Users(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
        this.desk = new Desk(world, machine);
        this.crowded = world.isCrowded();
        this.acts = List.of(
                new Act(14, "save new", this::saveNew),
                new Act(4, "begin new", this::beginNew),
                new Act(14, "edit", this::edit),
                new Act(5, "begin edit", this::beginEdit),
                new Act(14, "go on", this::goOn),
                new Act(6, "load", this::load),
                new Act(7, "save", this::save),
                new Act(8, "safe save", this::safeSave),
                new Act(4, "safe save by moving away", this::safeSaveByMovingAway),
                new Act(crowded ? 14 : 10, "rename", this::rename),
                new Act(6, "remove", this::remove),
                new Act(crowded ? 5 : 3, "remove tree", this::removeTree),
                new Act(crowded ? 10 : 7, "mkdir", this::mkdir),
                new Act(crowded ? 8 : 2, "symlink", this::symlink),
                new Act(crowded ? 8 : 4, "metadata", this::metadata),
                new Act(2, "look", this::look),
                new Act(4, "read", this::read),
                new Act(1, "fsync folder", desk::fsyncFolders));
        this.total = acts.stream().mapToInt(Act::weight).sum();
    }

    static boolean isCommon(byte[] bytes) {
        return bytes.length == 0 || new String(bytes, StandardCharsets.ISO_8859_1).startsWith(COMMON);
    }

    Desk desk() {
        return desk;
    }

    void act() {
        int number = world.chance.below(total);
        for (Act act : acts) {
            number -= act.weight();
            if (number < 0) {
                run(act);
                return;
            }
        }
    }

    private void run(Act act) {
        world.tally.count("act " + act.name());
        try {
            act.run().run();
        } catch (DriveException e) {
            world.tally.count("errno " + e.errno());
            note(act.name() + ": " + e.errno());
        }
    }

    private void note(String what) {
        world.trace.add(machine.name() + " " + what);
    }

    private int pid() {
        return FIRST_PID + world.chance.below(3);
    }

    private String name() {
        return world.chance.of(crowded ? FEW_NAMES : NAMES);
    }

    private byte[] text() {
        boolean common = world.chance.perMille(crowded ? 400 : 80);
        String text = common
                ? COMMON + world.chance.below(2)
                : machine.name() + " wrote " + world.nextText() + " ".repeat(world.chance.below(40)) + ".";
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private ItemId folder() {
        return any(LocalItem::isFolder)
                .filter(_ -> world.chance.perMille(650))
                .map(LocalItem::itemId)
                .orElse(ItemId.ROOT);
    }

    private Optional<LocalItem> any(Predicate<LocalItem> which) {
        List<LocalItem> items = desk.all().stream().filter(which).toList();
        return items.isEmpty() ? Optional.empty() : Optional.of(world.chance.of(items));
    }

    private Optional<LocalItem> anyFile() {
        return any(item -> item.kind() == ItemKind.FILE);
    }

    /**
     * Does something to an item to which others are doing something as well.
     *
     * @param number of the clash, which those who write the same write
     */
    void change(ItemId id, Change change, long number) {
        desk.shown(id).ifPresent(item -> run(new Act(0, "clash", () -> change(item, change, number))));
    }

    /** Moves a folder into another. */
    void putInto(ItemId folder, ItemId other) {
        desk.shown(folder).ifPresent(item -> run(new Act(0, "clash", () -> rename(item, other, item.name()))));
    }

    /** What users of several devices do to the same item. */
    enum Change {
        WRITE,
        WRITE_THE_SAME,
        REMOVE,
        REMOVE_FOLDER,
        RENAME,
        MOVE,
        SET_METADATA
    }

    private void change(LocalItem item, Change change, long number) {
        switch (change) {
            case WRITE -> {
                if (item.kind() == ItemKind.FILE) {
                    edit(item);
                } else {
                    finish(begin(item.isFolder() ? item.itemId() : item.parentItemId(), name()));
                }
            }
            case WRITE_THE_SAME -> {
                if (item.kind() == ItemKind.FILE) {
                    save(item, (COMMON + number).getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            case REMOVE -> removeAll(item);
            case REMOVE_FOLDER ->
                machine.daemon()
                        .tree()
                        .item(item.parentItemId())
                        .filter(folder -> !folder.itemId().isRoot())
                        .ifPresent(this::removeAll);
            case RENAME -> rename(item, item.parentItemId(), name());
            case MOVE -> rename(item, folder(), item.name());
            case SET_METADATA -> setMetadata(item);
        }
    }

    private void saveNew() {
        Desk.Handle handle = begin(folder(), name());
        finish(handle);
    }

    private void beginNew() {
        begin(folder(), name());
    }

    private Desk.Handle begin(ItemId folder, String name) {
        Desk.Handle handle = desk.create(folder, name, pid());
        note("creates " + name + " " + handle.paper().itemId + " in " + folder);
        if (world.chance.perMille(900)) {
            write(handle);
        }
        return handle;
    }

    private void write(Desk.Handle handle) {
        byte[] bytes = text();
        int size = handle.paper().bytes.length;
        int offset = size == 0 || world.chance.perMille(500) ? 0 : world.chance.below(size + 1);
        desk.write(handle, offset, bytes);
        note("writes " + bytes.length + " bytes at " + offset + " in " + handle.paper().name);
        if (world.chance.perMille(100)) {
            desk.resize(handle, world.chance.below(handle.paper().bytes.length + 20));
            note("resizes it to " + handle.paper().bytes.length);
        }
    }

    private void finish(Desk.Handle handle) {
        if (world.chance.perMille(250)) {
            desk.fsync(handle);
            note("fsyncs " + handle.paper().name);
        }
        close(handle);
    }

    private void close(Desk.Handle handle) {
        try {
            if (world.chance.perMille(950)) {
                desk.flush(handle);
            }
        } finally {
            if (machine.power().isOn()) {
                desk.release(handle);
            }
        }
        note("closes " + handle.paper().name + " as " + handle.paper().content);
    }

    private void edit() {
        anyFile().ifPresent(this::edit);
    }

    private void edit(LocalItem file) {
        Desk.Handle handle = open(file);
        write(handle);
        finish(handle);
    }

    private void beginEdit() {
        anyFile().ifPresent(file -> {
            Desk.Handle handle = open(file);
            if (world.chance.perMille(500)) {
                write(handle);
            }
        });
    }

    private Desk.Handle open(LocalItem file) {
        OpenMode mode = world.chance.of(List.of(OpenMode.WRITE, OpenMode.APPEND, OpenMode.REWRITE));
        Desk.Handle handle = desk.open(file, mode, pid());
        note("opens " + file.name() + " " + file.itemId() + " " + file.state() + " " + file.content() + " as " + mode
                + " having seen " + handle.paper().seen);
        return handle;
    }

    private void goOn() {
        List<Desk.Handle> writing =
                desk.handles().stream().filter(handle -> handle.mode().write()).toList();
        if (writing.isEmpty()) {
            edit();
            return;
        }
        Desk.Handle handle = world.chance.of(writing);
        switch (world.chance.below(5)) {
            case 0 -> write(handle);
            case 1 -> {
                desk.flush(handle);
                note("flushes " + handle.paper().name);
            }
            case 2 -> {
                desk.fsync(handle);
                note("fsyncs " + handle.paper().name);
            }
            default -> finish(handle);
        }
    }

    private void load() {
        anyFile().ifPresent(file -> {
            Desk.Handle handle = desk.open(file, OpenMode.READ, pid());
            try {
                desk.readAndCompare(handle);
                note("loads " + file.name());
            } finally {
                if (machine.power().isOn()) {
                    desk.release(handle);
                }
            }
        });
    }

    private void save() {
        anyFile().ifPresent(file -> {
            Desk.Handle handle = desk.open(file, OpenMode.REWRITE, pid());
            note("saves " + file.name() + " " + file.itemId() + " having seen " + handle.paper().seen);
            desk.write(handle, 0, text());
            finish(handle);
        });
    }

    private void save(LocalItem file, byte[] text) {
        Desk.Handle handle = desk.open(file, OpenMode.REWRITE, pid());
        note("saves the same in " + file.name() + " " + file.itemId());
        desk.write(handle, 0, text);
        finish(handle);
    }

    private void safeSave() {
        anyFile().ifPresent(file -> {
            ItemId folder = file.parentItemId();
            String temporary = "saving" + world.chance.below(3);
            Desk.Handle handle = begin(folder, temporary);
            if (world.chance.perMille(800)) {
                finish(handle);
            }
            desk.child(folder, temporary).ifPresent(item -> rename(item, folder, file.name()));
        });
    }

    private void safeSaveByMovingAway() {
        anyFile().ifPresent(file -> {
            ItemId folder = file.parentItemId();
            rename(file, folder, file.name() + "~");
            finish(begin(folder, file.name()));
            if (world.chance.perMille(600)) {
                desk.child(folder, file.name() + "~").ifPresent(this::unlink);
            }
        });
    }

    private void rename() {
        any(_ -> true).ifPresent(item -> rename(item, folder(), world.chance.perMille(300) ? item.name() : name()));
    }

    private void rename(LocalItem item, ItemId folder, String name) {
        Object over = desk.child(folder, name).map(target -> target.itemId() + " " + target.content());
        note("renames " + item.name() + " " + item.itemId() + " " + item.state() + " " + item.content() + " to " + name
                + " in " + folder + " over " + over);
        desk.rename(item, folder, name);
    }

    private void remove() {
        any(item -> !item.isFolder()).ifPresent(this::unlink);
    }

    private void unlink(LocalItem item) {
        note("removes " + item.name() + " " + item.itemId() + " " + item.content());
        desk.unlink(item);
    }

    private void removeTree() {
        any(LocalItem::isFolder).ifPresent(this::removeTree);
    }

    private void removeTree(LocalItem folder) {
        desk.children(folder.itemId()).forEach(this::removeAll);
        note("removes folder " + folder.name() + " " + folder.itemId());
        desk.rmdir(folder);
    }

    private void removeAll(LocalItem item) {
        if (item.isFolder()) {
            removeTree(item);
        } else {
            unlink(item);
        }
    }

    private void mkdir() {
        ItemId folder = folder();
        String name = name();
        note("makes folder " + name + " in " + folder);
        desk.mkdir(folder, name);
    }

    private void symlink() {
        ItemId folder = folder();
        String name = name();
        note("links " + name + " in " + folder);
        desk.symlink(folder, name, "target" + world.chance.below(2));
    }

    private void metadata() {
        any(_ -> true).ifPresent(this::setMetadata);
    }

    private void setMetadata(LocalItem item) {
        note("sets metadata of " + item.name() + " " + item.itemId());
        if (world.chance.perMille(600)) {
            desk.chmod(item, 0600 + world.chance.below(8));
        }
        if (world.chance.perMille(500)) {
            desk.utimes(item, (world.chance.below(5) - 1) * 1_000_000_007L);
        }
    }

    /** Whatever looks at everything transfers nothing. */
    private void look() {
        for (LocalItem item : desk.all()) {
            desk.stat(item);
            if (item.isFolder()) {
                desk.list(item.itemId());
            }
        }
        note("looks at everything");
    }

    private void read() {
        anyFile().ifPresent(file -> {
            Desk.Handle handle = desk.open(file, OpenMode.READ, pid());
            try {
                desk.readAndCompare(handle);
            } finally {
                if (machine.power().isOn() && world.chance.perMille(800)) {
                    desk.release(handle);
                }
            }
            note("reads " + file.name());
        });
    }

    /** Closes everything. */
    void stop() {
        for (Desk.Handle handle : List.copyOf(desk.handles())) {
            try {
                close(handle);
            } catch (DriveException e) {
                note("closing " + handle.paper().name + ": " + e.errno());
            }
        }
    }

    /** Reads every file here; those that cannot be read, and have no excuse. */
    List<String> readEverything(Predicate<Sha256> isExcused) {
        List<String> problems = new ArrayList<>();
        for (LocalItem item : desk.all()) {
            if (item.kind() == ItemKind.FILE) {
                Desk.Handle handle = desk.open(item, OpenMode.READ, FIRST_PID);
                try {
                    desk.readAndCompare(handle);
                } catch (DriveException e) {
                    Content content = item.content();
                    if (content == null || !isExcused.test(content.sha256())) {
                        problems.add(item.name() + ": " + e.getMessage());
                    }
                } finally {
                    desk.release(handle);
                }
            }
        }
        return problems;
    }
}
