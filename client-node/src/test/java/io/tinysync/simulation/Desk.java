package io.tinysync.simulation;

import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.LocalDrive;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.client.drive.RenameMode;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.simulation.disk.Killed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * The programs of one device as the drive meets them, with what they know: each call is made on the drive, and what follows from
 * its success, or from its being cut short, is noted in the ledger. Refusals are {@link DriveException}s, and have no effect.
 */
final class Desk {

    /** A file that a program has open. */
    record Handle(long number, Paper paper, int pid, OpenMode mode) {}

    /** What was in a file that was not closed. */
    static final class Unclosed {
        final byte[] bytes;
        /**
         * Whether the item's record has it as its content: nothing of it was new, or a program was told that its fsync had failed
         * after it was recorded.
         */
        final boolean recorded;

        Unclosed(Paper paper) {
            bytes = paper.bytes;
            recorded = asContent().sameBytes(paper.content);
        }

        Content asContent() {
            return new Content(Sha256.hash(bytes), bytes.length);
        }
    }

    private record Memory(int pid, ItemId file) {}

    private static final int READ_BYTES = 1 << 12;

    private final World world;
    private final Machine machine;
    private final Ledger ledger;
    private final Map<Long, Paper> papers = new LinkedHashMap<>();
    private final List<Handle> handles = new ArrayList<>();
    /** What each program has seen of each file, as DESIGN section 2 has it. */
    private final Map<Memory, Sha256> seen = new HashMap<>();
    /** The paper that a call was about when the process was killed. */
    private Optional<Paper> underWay = Optional.empty();

    Desk(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
        this.ledger = world.judge.ledger();
    }

    private LocalDrive drive() {
        return machine.daemon().drive();
    }

    List<Handle> handles() {
        return handles;
    }

    Optional<LocalItem> child(ItemId folder, String name) {
        return machine.daemon().tree().child(folder, name);
    }

    /** Calls with the inode of an item, looked up by its names from the root. */
    private <T> T at(ItemId item, LongFunction<T> call) {
        if (item.isRoot()) {
            return call.apply(LocalDrive.ROOT_INO);
        }
        LocalItem found = machine.daemon().tree().item(item).orElseThrow(Desk::gone);
        if (isHidden(found)) {
            throw gone();
        }
        return at(found.parentItemId(), parent -> {
            Attributes attributes = drive().lookup(parent, found.name());
            try {
                return call.apply(attributes.ino());
            } finally {
                drive().forget(attributes.ino(), 1);
            }
        });
    }

    /** Whether its path leads to another item, which was made here before the device heard of this one. */
    private boolean isHidden(LocalItem item) {
        return child(item.parentItemId(), item.name())
                .filter(there -> there.itemId().equals(item.itemId()))
                .isEmpty();
    }

    /** The item, if its path leads to it. */
    Optional<LocalItem> shown(ItemId item) {
        Optional<LocalItem> known = machine.daemon().tree().item(item);
        return all().stream()
                .filter(there -> known.filter(there::equals).isPresent())
                .findFirst();
    }

    private static DriveException gone() {
        return new DriveException(io.tinysync.client.drive.Errno.ENOENT, "the item is gone");
    }

    Handle create(ItemId folder, String name, int pid) {
        long number = at(folder, ino -> {
            var opened = drive().create(ino, name, 0644, pid);
            drive().forget(opened.attributes().ino(), 1);
            return opened.handle();
        });
        LocalItem item = child(folder, name).orElseThrow(Desk::gone);
        Paper paper = new Paper(item.itemId(), name, new byte[0], null, false);
        paper.dirty = true;
        papers.put(drive().inodeOf(number), paper);
        return opened(number, paper, pid, OpenMode.WRITE);
    }

    private Handle opened(long number, Paper paper, int pid, OpenMode mode) {
        paper.handles++;
        paper.writers += mode.write() ? 1 : 0;
        Handle handle = new Handle(number, paper, pid, mode);
        handles.add(handle);
        return handle;
    }

    Handle open(LocalItem item, OpenMode mode, int pid) {
        long number = at(item.itemId(), ino -> machine.daemon().hydrating(false, () -> drive().open(ino, mode, pid)));
        LocalItem shown = machine.daemon().tree().item(item.itemId()).orElse(item);
        Paper paper =
                papers.computeIfAbsent(drive().inodeOf(number), _ -> paper(shown, item.state() == LocalState.HELD));
        Handle handle = opened(number, paper, pid, mode);
        Content content = paper.content;
        if (content != null) {
            Memory memory = new Memory(pid, paper.itemId);
            Sha256 base = mode.truncate() ? seen.getOrDefault(memory, content.sha256()) : content.sha256();
            seen.put(memory, base);
            if (mode.write()) {
                paper.seen.add(base);
            }
        }
        if (paper.held && paper.handles == 1 && !mode.truncate()) {
            readHeld(handle);
        }
        if (mode.truncate()) {
            // What is held is never empty.
            paper.dirty |= paper.held && paper.handles == 1;
            paper.resize(0);
        }
        return handle;
    }

    /** What is held is taken as it is found; if it cannot be read, the program gives up. */
    private void readHeld(Handle handle) {
        try {
            handle.paper().bytes = read(handle);
        } catch (DriveException e) {
            release(handle);
            throw e;
        }
    }

    private Paper paper(LocalItem item, boolean held) {
        Content content = item.content();
        byte[] bytes = content == null || held ? new byte[0] : world.judge.bytesOf(content.sha256());
        return new Paper(item.itemId(), item.name(), bytes, content, held);
    }

    /** All of the file; the judge compares it. */
    byte[] read(Handle handle) {
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        int count = machine.daemon().hydrating(true, () -> drive().read(handle.number(), 0, buffer));
        byte[] bytes = new byte[count];
        buffer.get(0, bytes);
        return bytes;
    }

    void readAndCompare(Handle handle) {
        byte[] bytes = read(handle);
        world.judge.reads(machine, handle.paper().name, handle.paper().bytes, bytes);
    }

    void write(Handle handle, int offset, byte[] bytes) {
        Paper paper = handle.paper();
        underWay = Optional.of(paper);
        int at = handle.mode().append() ? paper.bytes.length : offset;
        machine.daemon().hydrating(true, () -> drive().write(handle.number(), offset, ByteBuffer.wrap(bytes)));
        paper.write(at, bytes);
        underWay = Optional.empty();
    }

    void resize(Handle handle, int size) {
        underWay = Optional.of(handle.paper());
        machine.daemon()
                .hydrating(
                        true,
                        () -> at(
                                handle.paper().itemId,
                                ino -> drive().setattr(
                                                ino,
                                                java.util.OptionalLong.of(handle.number()),
                                                io.tinysync.client.drive.AttributeChange.size(size))));
        handle.paper().resize(size);
        underWay = Optional.empty();
    }

    void flush(Handle handle) {
        record(handle, () -> drive().flush(handle.number()));
        world.sabotage.flushed(machine.daemon().tree(), handle.paper().itemId);
    }

    void fsync(Handle handle) {
        record(handle, () -> drive().fsync(handle.number()));
        Paper paper = handle.paper();
        Content content = paper.content;
        if (content != null && !paper.nameless) {
            ledger.fsynced(machine, content.sha256());
            ledger.maySend(content.sha256());
        }
    }

    private void record(Handle handle, Runnable call) {
        Paper paper = handle.paper();
        underWay = Optional.of(paper);
        Optional<Content> next = begin(paper);
        try {
            call.run();
        } catch (DriveException e) {
            next.filter(content -> isShown(paper, content)).ifPresent(content -> isSeen(paper, content));
            throw e;
        }
        underWay = Optional.empty();
        if (next.isPresent()) {
            world.judge.promised(next.get().sha256());
            recorded(paper, next.get());
        }
    }

    /** Whether what a program was told had failed is recorded all the same. */
    private boolean isShown(Paper paper, Content content) {
        return machine.daemon()
                .tree()
                .item(paper.itemId)
                .filter(item -> content.sameBytes(item.content()))
                .isPresent();
    }

    private Optional<Content> begin(Paper paper) {
        if (!paper.dirty || paper.nameless) {
            return Optional.empty();
        }
        Content next = paper.asContent();
        if (paper.begun.add(next.sha256()) && ledger.bytesOf(next.sha256()).isPresent()) {
            ledger.repeated(next.sha256());
        }
        ledger.begins(machine, next.sha256(), paper.bytes, machine.name() + " " + paper.name, paper.seen);
        return Optional.of(next);
    }

    private void recorded(Paper paper, Content next) {
        paper.dirty = false;
        isSeen(paper, next);
    }

    private void isSeen(Paper paper, Content next) {
        paper.content = next;
        paper.seen.add(next.sha256());
        changed(paper.itemId, next.sha256());
    }

    /** What this device changes counts as seen by all its programs. */
    private void changed(ItemId file, Sha256 now) {
        seen.replaceAll((memory, content) -> memory.file().equals(file) ? now : content);
    }

    void release(Handle handle) {
        Paper paper = handle.paper();
        underWay = Optional.of(paper);
        boolean last = handle.mode().write() && paper.writers == 1;
        if (last) {
            begin(paper);
            paper.begun.forEach(ledger::maySend);
            Content content = paper.content;
            if (content != null) {
                ledger.maySend(content.sha256());
            }
        }
        handles.remove(handle);
        Map<ItemId, Sha256> before = last ? contents() : Map.of();
        drive().release(handle.number());
        underWay = Optional.empty();
        paper.handles--;
        paper.writers -= handle.mode().write() ? 1 : 0;
        if (last) {
            if (paper.dirty && !paper.nameless && isRecorded(paper)) {
                recorded(paper, paper.asContent());
            }
            paper.seen.clear();
            Content made = paper.content;
            if (made != null && !paper.nameless) {
                paper.itemId = follow(paper.itemId, made, before);
            }
        }
        if (paper.handles == 0) {
            papers.values().remove(paper);
        }
    }

    /** Whether what was written without a flush is recorded; nobody is told if it is not, and its bytes are kept. */
    private boolean isRecorded(Paper paper) {
        return isShown(paper, paper.asContent())
                || machine.daemon().tree().item(paper.itemId).isEmpty();
    }

    private Map<ItemId, Sha256> contents() {
        Map<ItemId, Sha256> contents = new HashMap<>();
        for (LocalItem item : all()) {
            if (item.content() != null) {
                contents.put(item.itemId(), item.content().sha256());
            }
        }
        return contents;
    }

    /**
     * A file made anew in the place of one that was renamed away is that one: it changed on this device.
     *
     * @return the id that the made file has now
     */
    private ItemId follow(ItemId made, Content content, Map<ItemId, Sha256> before) {
        if (machine.daemon().tree().item(made).isPresent()) {
            return made;
        }
        ItemId now = made;
        for (Map.Entry<ItemId, Sha256> item : contents().entrySet()) {
            Sha256 replaced = before.get(item.getKey());
            if (item.getValue().equals(content.sha256()) && replaced != null && !replaced.equals(item.getValue())) {
                changed(item.getKey(), item.getValue());
                ledger.standsIn(machine, replaced, item.getValue());
                now = item.getKey();
            }
        }
        return now;
    }

    void close(Handle handle) {
        flush(handle);
        release(handle);
    }

    void mkdir(ItemId folder, String name) {
        at(folder, ino -> drive().mkdir(ino, name, 0755));
    }

    void symlink(ItemId folder, String name, String target) {
        at(folder, ino -> drive().symlink(ino, name, target));
    }

    void unlink(LocalItem item) {
        world.judge.removed(machine.deviceId(), item.itemId());
        try {
            at(item.parentItemId(), ino -> {
                drive().unlink(ino, item.name());
                return ino;
            });
        } catch (Killed e) {
            forget(item);
            throw e;
        }
        forget(item);
    }

    /** The file has no name any more: what was in it is gone by an act that had seen it. */
    private void forget(LocalItem item) {
        Content content = item.content();
        if (content != null) {
            ledger.actedOn(machine, content.sha256());
            ledger.deleted(content.sha256());
        }
        papersOf(item.itemId()).forEach(paper -> paper.nameless = true);
    }

    private List<Paper> papersOf(ItemId item) {
        return machine.store().read(view -> {
            LocalView tree = new LocalView(view, world.names);
            return papers.values().stream()
                    .filter(paper -> paper.itemId.equals(item)
                            || tree.resolve(paper.itemId).equals(item))
                    .toList();
        });
    }

    void rmdir(LocalItem folder) {
        world.judge.removed(machine.deviceId(), folder.itemId());
        // Where a folder that others deleted went with the last that was in it, the program removes what has the name
        // now.
        child(folder.parentItemId(), folder.name())
                .ifPresent(now -> world.judge.removed(machine.deviceId(), now.itemId()));
        at(folder.parentItemId(), ino -> {
            drive().rmdir(ino, folder.name());
            return ino;
        });
    }

    void rename(LocalItem item, ItemId folder, String name) {
        Optional<LocalItem> target =
                child(folder, name).filter(there -> !there.itemId().equals(item.itemId()));
        target.ifPresent(there -> {
            world.judge.removed(machine.deviceId(), there.itemId());
            world.judge.removed(machine.deviceId(), item.itemId());
        });
        // The drive may record what is being written to a file before that is saved over another.
        target.ifPresent(_ -> papersOf(item.itemId()).forEach(this::begin));
        Map<ItemId, Sha256> before = target.isPresent() ? Map.of() : contents();
        boolean done = false;
        try {
            at(
                    item.parentItemId(),
                    from -> at(folder, to -> {
                        drive().rename(from, item.name(), to, name, RenameMode.REPLACE);
                        return to;
                    }));
            done = true;
        } catch (Killed e) {
            done = true;
            // What is written to the target and not closed may be replaced, by what is written to the other.
            target.ifPresent(there -> papersOf(there.itemId()).forEach(paper -> paper.nameless = true));
            ItemId now = idNow(item, folder, name);
            papersOf(item.itemId()).forEach(paper -> paper.itemId = now);
            throw e;
        } finally {
            if (done) {
                target.ifPresent(there -> replaced(item, there));
            }
        }
        if (target.isPresent()) {
            ItemId now = idNow(item, folder, name);
            follow(item, target.get(), now);
            papersOf(now).stream()
                    .filter(paper -> paper.dirty && isShown(paper, paper.asContent()))
                    .forEach(paper -> recorded(paper, paper.asContent()));
            if (machine.daemon().tree().item(target.get().itemId()).isEmpty()) {
                forget(target.get());
            }
        } else {
            Content content = item.content();
            if (content != null) {
                ledger.actedOn(machine, content.sha256());
            }
            ItemId now = content == null ? idNow(item, folder, name) : follow(item.itemId(), content, before);
            papersOf(item.itemId()).forEach(paper -> paper.itemId = now);
        }
    }

    private void replaced(LocalItem source, LocalItem target) {
        Content before = target.content();
        Content after = source.content();
        if (after != null) {
            ledger.carried(machine, after.sha256());
        }
        if (before != null) {
            // What is being written to it replaces that too, once it is recorded.
            papersOf(source.itemId()).stream()
                    .filter(paper -> paper.dirty)
                    .forEach(paper -> paper.seen.add(before.sha256()));
        }
        if (before != null && after != null) {
            ledger.begins(
                    machine,
                    after.sha256(),
                    world.judge.bytesOf(after.sha256()),
                    machine.name() + " " + target.name(),
                    Set.of(before.sha256()));
        } else if (before != null) {
            ledger.deleted(before.sha256());
        }
    }

    /**
     * The id of what was renamed: the target's if it became that, else its own, also where it had to stay beside the target. What is
     * written to it goes along, also where another device's edit of the source stays under the old name.
     */
    private ItemId idNow(LocalItem source, ItemId folder, String name) {
        // Asked of what is on the disk, since the process may have been killed.
        return machine.store().read(view -> {
            LocalView tree = new LocalView(view, world.names);
            return tree.child(folder, name)
                    .filter(there -> there.bytes() != null && there.bytes().equals(source.bytes()))
                    .or(() -> tree.item(source.itemId()))
                    .or(() -> tree.child(folder, name))
                    .map(LocalItem::itemId)
                    .orElse(source.itemId());
        });
    }

    private void follow(LocalItem source, LocalItem target, ItemId now) {
        boolean isBeside = now.equals(source.itemId()) && isUntouched(target);
        if (isBeside) {
            return;
        }
        papersOf(target.itemId()).forEach(paper -> paper.nameless = true);
        papersOf(source.itemId()).forEach(paper -> paper.itemId = now);
        Content after = source.content();
        if (after != null && now.equals(target.itemId())) {
            changed(now, after.sha256());
        }
    }

    /** Whether it has the content that it had: another was to be renamed over it, and was made from something else. */
    private boolean isUntouched(LocalItem before) {
        return machine.daemon()
                .tree()
                .item(before.itemId())
                .filter(item -> java.util.Objects.equals(item.content(), before.content()))
                .isPresent();
    }

    void chmod(LocalItem item, int mode) {
        at(
                item.itemId(),
                ino -> drive().setattr(
                                ino,
                                java.util.OptionalLong.empty(),
                                io.tinysync.client.drive.AttributeChange.mode(mode)));
    }

    void utimes(LocalItem item, long mtimeNs) {
        at(
                item.itemId(),
                ino -> drive().setattr(
                                ino,
                                java.util.OptionalLong.empty(),
                                io.tinysync.client.drive.AttributeChange.mtime(
                                        new io.tinysync.client.drive.AttributeChange.Mtime.At(mtimeNs))));
    }

    /** stat of an item, by its path. */
    Attributes stat(LocalItem item) {
        Content content = item.content();
        if (content != null && world.sabotage.fetchesForStat()) {
            machine.daemon().fetchForNothing(content);
        }
        return at(item.itemId(), ino -> drive().getattr(ino));
    }

    /** The names in a folder, as the drive lists them. */
    List<String> list(ItemId folder) {
        List<String> names = new ArrayList<>();
        long handle = at(folder, ino -> drive().openFolder(ino));
        drive().readFolder(handle, 0, (name, _, _, _) -> names.add(name));
        drive().releaseFolder(handle);
        return names;
    }

    void fsyncFolders() {
        drive().fsyncFolder();
    }

    /** All items, folders before what is in them. */
    List<LocalItem> all() {
        List<LocalItem> items = new ArrayList<>();
        collect(ItemId.ROOT, items);
        return items;
    }

    private void collect(ItemId folder, List<LocalItem> into) {
        for (LocalItem child : children(folder)) {
            into.add(child);
            if (child.isFolder()) {
                collect(child.itemId(), into);
            }
        }
    }

    List<LocalItem> children(ItemId folder) {
        try {
            return machine.daemon().tree().children(folder, "", 10_000);
        } catch (io.tinysync.engine.device.core.RefusedException e) {
            return List.of();
        }
    }

    /**
     * The process was killed: no program has a file open any more.
     *
     * @return what was in files that had been written and not closed, and that nothing was being done to
     */
    Map<ItemId, Unclosed> killed() {
        Map<ItemId, Unclosed> unclosed = new LinkedHashMap<>();
        for (Paper paper : papers.values()) {
            Content content = paper.content;
            paper.begun.forEach(ledger::maySend);
            if (paper.writers > 0 && content != null) {
                ledger.maySend(content.sha256());
            }
            if (paper.writers > 0 && paper.dirty && !paper.nameless && !underWay.equals(Optional.of(paper))) {
                unclosed.put(paper.itemId, new Unclosed(paper));
            }
        }
        underWay = Optional.empty();
        papers.clear();
        handles.clear();
        seen.clear();
        return unclosed;
    }
}
