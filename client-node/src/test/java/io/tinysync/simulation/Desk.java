package io.tinysync.simulation;

import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.LocalDrive;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.client.drive.RenameMode;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.simulation.disk.Killed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The programs of one device as the drive meets them, with what they know: each call is made on the drive, and what follows from
 * its success, or from its being cut short, is noted in the ledger. Refusals are {@link DriveException}s, and have no effect.
 */
final class Desk {

    /** A file that a program has open. */
    record Handle(long number, Paper paper, int pid, OpenMode mode) {}

    private static final int READ_BYTES = 1 << 12;

    private final World world;
    private final Machine machine;
    private final Ledger ledger;
    private final Papers papers;
    private final List<Handle> handles = new ArrayList<>();

    Desk(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
        this.ledger = world.judge.ledger();
        this.papers = new Papers(world, machine, this::all);
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
        return opened(number, papers.made(drive().inodeOf(number), item), pid, OpenMode.WRITE);
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
        Paper paper = papers.opened(drive().inodeOf(number), shown, item.state() == LocalState.HELD);
        Handle handle = opened(number, paper, pid, mode);
        papers.sees(paper, pid, mode);
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
        papers.begins(paper);
        int at = handle.mode().append() ? paper.bytes.length : offset;
        machine.daemon().hydrating(true, () -> drive().write(handle.number(), offset, ByteBuffer.wrap(bytes)));
        paper.write(at, bytes);
        papers.ended();
    }

    void resize(Handle handle, int size) {
        papers.begins(handle.paper());
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
        papers.ended();
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
        papers.begins(paper);
        Optional<Content> next = papers.begin(paper);
        try {
            call.run();
        } catch (DriveException e) {
            next.filter(content -> papers.isShown(paper, content)).ifPresent(content -> papers.isSeen(paper, content));
            throw e;
        }
        papers.ended();
        if (next.isPresent()) {
            world.judge.promised(next.get().sha256());
            papers.recorded(paper, next.get());
        }
    }

    void release(Handle handle) {
        Paper paper = handle.paper();
        papers.begins(paper);
        boolean last = handle.mode().write() && paper.writers == 1;
        if (last) {
            papers.begin(paper);
            paper.begun.forEach(ledger::maySend);
            Content content = paper.content;
            if (content != null) {
                ledger.maySend(content.sha256());
            }
        }
        handles.remove(handle);
        Map<ItemId, Sha256> before = last ? papers.contents() : Map.of();
        drive().release(handle.number());
        papers.ended();
        paper.handles--;
        paper.writers -= handle.mode().write() ? 1 : 0;
        if (last) {
            if (paper.dirty && !paper.nameless && papers.isRecorded(paper)) {
                papers.recorded(paper, paper.asContent());
            }
            paper.seen.clear();
            Content made = paper.content;
            if (made != null && !paper.nameless) {
                paper.itemId = papers.follow(paper.itemId, made, before);
            }
        }
        if (paper.handles == 0) {
            papers.closed(paper);
        }
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
        // The drive may record what is being written to a file before that is removed.
        papers.of(item.itemId()).forEach(papers::begin);
        try {
            at(item.parentItemId(), ino -> {
                drive().unlink(ino, item.name());
                return ino;
            });
        } catch (Killed e) {
            papers.forget(item);
            throw e;
        }
        papers.forget(item);
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
        target.ifPresent(_ -> papers.of(item.itemId()).forEach(papers::begin));
        Map<ItemId, Sha256> before = target.isPresent() ? Map.of() : papers.contents();
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
            target.ifPresent(there -> papers.of(there.itemId()).forEach(paper -> paper.nameless = true));
            ItemId now = papers.idNow(item, folder, name);
            papers.of(item.itemId()).forEach(paper -> paper.itemId = now);
            throw e;
        } finally {
            if (done) {
                target.ifPresent(there -> papers.replaced(item, there));
            }
        }
        if (target.isPresent()) {
            ItemId now = papers.idNow(item, folder, name);
            papers.follow(item, target.get(), now);
            papers.of(now).stream()
                    .filter(paper -> paper.dirty && papers.isShown(paper, paper.asContent()))
                    .forEach(paper -> papers.recorded(paper, paper.asContent()));
            if (machine.daemon().tree().item(target.get().itemId()).isEmpty()) {
                papers.forget(target.get());
            }
        } else {
            Content content = item.content();
            ItemId now =
                    content == null ? papers.idNow(item, folder, name) : papers.follow(item.itemId(), content, before);
            papers.of(item.itemId()).forEach(paper -> paper.itemId = now);
            Optional.ofNullable(now.equals(item.itemId()) ? null : before.get(now))
                    .ifPresent(ledger::carried);
        }
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
     * @return as {@link Papers#killed}
     */
    Map<ItemId, Papers.Unclosed> killed() {
        handles.clear();
        return papers.killed();
    }
}
