package io.tinysync.simulation.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One machine's disk. A process that is killed leaves all that it wrote; power loss leaves of a file what was fsynced and any part
 * of the rest, and of a folder's names those that were there when it was last fsynced and some of the changes since, in their
 * order. A rename is never seen half done. Used by one thread.
 */
public final class SimulatedDisk {

    /** Names that changed together: a rename is one such change. */
    private record Change(List<Edit> edits) {

        boolean touches(Set<DiskFolder> folders) {
            return edits.stream().anyMatch(edit -> folders.contains(edit.folder()));
        }

        void addFoldersTo(Set<DiskFolder> folders) {
            edits.forEach(edit -> folders.add(edit.folder()));
        }

        void write() {
            for (Edit edit : edits) {
                DiskNode node = edit.node();
                if (node == null) {
                    edit.folder().durable.remove(edit.name());
                } else {
                    edit.folder().durable.put(edit.name(), node);
                }
            }
        }
    }

    /** What a name stands for from now on; nothing, where the node is absent. */
    record Edit(DiskFolder folder, String name, @Nullable DiskNode node) {}

    private static final long ROOM_BYTES = 1L << 40;

    final DiskFolder root = new DiskFolder();
    private final Power power;
    private final LongSupplier clockMs;
    private final List<Change> changes = new ArrayList<>();
    private final Faults faults = new Faults();

    /** An empty disk of a machine whose clock gives files their times, in ms since 1970. */
    public SimulatedDisk(Power power, LongSupplier clockMs) {
        this.power = power;
        this.clockMs = clockMs;
    }

    /** Its file system's root. */
    public Path rootPath() {
        return new SimulatedFileSystem(this).root();
    }

    /** What goes wrong with it. */
    public Faults faults() {
        return faults;
    }

    Power power() {
        return power;
    }

    long nowMs() {
        return clockMs.getAsLong();
    }

    long usableBytes() {
        return faults.isFull() ? 0 : ROOM_BYTES;
    }

    /** Begins an operation that changes something. */
    void begin() {
        power.step();
    }

    void apply(Edit... edits) {
        for (Edit edit : edits) {
            DiskNode node = edit.node();
            if (node == null) {
                edit.folder().names.remove(edit.name());
            } else {
                edit.folder().names.put(edit.name(), node);
            }
        }
        changes.add(new Change(List.of(edits)));
    }

    void fsync(DiskNode node) throws IOException {
        begin();
        if (faults.ignoresFsync()) {
            return;
        }
        switch (node) {
            case DiskFile file -> {
                if (faults.failsFsync()) {
                    file.fsyncFailed(faults.chance());
                    throw new IOException("Input/output error");
                }
                file.fsync();
            }
            case DiskFolder folder -> fsync(folder);
        }
    }

    /** Writes out a folder's changes, and with them what came before in the folders that they share. */
    private void fsync(DiskFolder folder) {
        Set<DiskFolder> folders = new HashSet<>(Set.of(folder));
        List<Change> written = new ArrayList<>();
        for (Change change : changes.reversed()) {
            if (change.touches(folders)) {
                change.addFoldersTo(folders);
                written.add(change);
            }
        }
        written.reversed().forEach(Change::write);
        Set<Change> gone = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
        gone.addAll(written);
        changes.removeIf(gone::contains);
    }

    /** The power goes, and comes back; {@code below} gives chance from 0 to below its argument. */
    public void losePower(IntUnaryOperator below) {
        Set<DiskFolder> stopped = new HashSet<>();
        int fate = below.applyAsInt(3);
        for (Change change : changes) {
            boolean lost = change.touches(stopped) || fate == 0 || (fate == 2 && below.applyAsInt(3) == 0);
            if (lost) {
                change.addFoldersTo(stopped);
            } else {
                change.write();
            }
        }
        changes.clear();
        goBack(root, below, new HashSet<>());
    }

    private static void goBack(DiskFolder folder, IntUnaryOperator below, Set<DiskNode> done) {
        folder.names.clear();
        folder.names.putAll(folder.durable);
        for (DiskNode node : folder.names.values()) {
            if (done.add(node)) {
                switch (node) {
                    case DiskFile file -> file.losePower(below);
                    case DiskFolder inner -> goBack(inner, below, done);
                }
            }
        }
    }

    /** A copy of all that is seen, as an image of the disk would be, for a machine of its own. */
    public SimulatedDisk copy(Power newPower, LongSupplier newClockMs) {
        SimulatedDisk copy = new SimulatedDisk(newPower, newClockMs);
        copy(root, copy.root, new IdentityHashMap<>());
        return copy;
    }

    private static void copy(DiskFolder from, DiskFolder to, Map<DiskNode, DiskNode> copies) {
        from.names.forEach((name, node) -> {
            DiskNode copy = copies.get(node);
            if (copy == null) {
                copy = switch (node) {
                    case DiskFile file -> file.copy();
                    case DiskFolder _ -> new DiskFolder();
                };
                copies.put(node, copy);
                if (node instanceof DiskFolder inner && copy instanceof DiskFolder innerCopy) {
                    copy(inner, innerCopy, copies);
                }
            }
            to.names.put(name, copy);
            to.durable.put(name, copy);
        });
    }

    /**
     * Flips a bit of some file below a folder that is not empty, has no other name and is one of those by its name; returns that, or
     * nothing if there is none. Needs no process.
     */
    public Optional<String> flipBit(Path folder, Predicate<String> which, IntUnaryOperator below) {
        Map<DiskFile, List<String>> names = new HashMap<>();
        collect(root, names);
        Map<String, DiskFile> files = new TreeMap<>();
        if (SimulatedFileSystem.find(this, (SimulatedPath) folder) instanceof DiskFolder start) {
            Map<DiskFile, List<String>> found = new HashMap<>();
            collect(start, found);
            found.forEach((file, itsNames) -> {
                if (file.size > 0
                        && names.getOrDefault(file, List.of()).size() == 1
                        && which.test(itsNames.getFirst())) {
                    files.put(itsNames.getFirst(), file);
                }
            });
        }
        if (files.isEmpty()) {
            return Optional.empty();
        }
        String name = List.copyOf(files.keySet()).get(below.applyAsInt(files.size()));
        DiskFile file = Objects.requireNonNull(files.get(name));
        file.flipBit(below.applyAsInt(file.size * 8));
        return Optional.of(name);
    }

    private static void collect(DiskFolder folder, Map<DiskFile, List<String>> into) {
        folder.names.forEach((name, node) -> {
            switch (node) {
                case DiskFile file ->
                    into.computeIfAbsent(file, _ -> new ArrayList<>()).add(name);
                case DiskFolder inner -> collect(inner, into);
            }
        });
    }
}
