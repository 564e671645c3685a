package io.tinysync.client.fuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns paths into inodes, name by name, and remembers what names led to. Each remembered name holds one reference to its inode.
 * Thread-safe.
 */
final class PathTable {

    /** Some 10 MB; a checkout of many thousand files stays in it. */
    private static final int MAX_NAMES = 50_000;

    /** Each attempt that fails needs a change of another device within microseconds; beyond this it is no such race. */
    private static final int MAX_ATTEMPTS = 100;

    /** Where a name stands. */
    record Place(long parentIno, String name) {}

    private final Drive drive;
    private final OpenNames open;
    private final Map<Place, Long> inodes = new LinkedHashMap<>(1024, 0.75f, true);
    /** Counts changes, so that an answer from before a change is not remembered after it. */
    private long generation;

    PathTable(Drive drive, OpenNames open) {
        this.drive = drive;
        this.open = open;
    }

    /**
     * Runs an operation; again, with everything looked up anew, as long as an inode is dropped in between: other devices can change
     * a file faster than a busy machine opens it.
     */
    <T> T retrying(Supplier<T> operation) {
        for (int attempt = 1; ; attempt++) {
            try {
                return operation.get();
            } catch (DriveException e) {
                if (e.errno() != Errno.ESTALE || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
                forgetAll();
            }
        }
    }

    /** What is done with an inode. */
    interface InodeOperation<T> {
        T on(long ino);
    }

    /** The place that a path names, whether anything is there or not. */
    Place place(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (name.isEmpty()) {
            throw new DriveException(Errno.EBUSY, "the root folder has no name to change");
        }
        return new Place(resolve(path.substring(0, slash)), name);
    }

    /** A place where something is to be made: a name that is not UTF-8 arrives with U+FFFD in it, and is refused. */
    Place newPlace(String path) {
        Place place = place(path);
        requireUtf8(place.name());
        return place;
    }

    static void requireUtf8(String text) {
        if (text.indexOf('\uFFFD') >= 0) {
            throw new DriveException(Errno.EILSEQ, "this is not UTF-8, or has U+FFFD in it");
        }
    }

    long resolve(String path) {
        long ino = Drive.ROOT_INO;
        for (int start = 1; start < path.length(); ) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            ino = child(new Place(ino, path.substring(start, end)));
            start = end + 1;
        }
        return ino;
    }

    private long child(Place place) {
        OptionalLong opened = open.inode(place);
        if (opened.isPresent()) {
            return opened.getAsLong();
        }
        long before;
        synchronized (inodes) {
            Long known = inodes.get(place);
            if (known != null) {
                return known;
            }
            before = generation;
        }
        long ino = drive.lookup(place.parentIno(), place.name()).ino();
        remember(place, ino, before);
        return ino;
    }

    /** Remembers what the drive answered with a reference of its own, unless something changed since the generation. */
    private void remember(Place place, long ino, long before) {
        List<Long> dropped = new ArrayList<>(1);
        synchronized (inodes) {
            if (before == generation) {
                addIfPresent(dropped, inodes.put(place, ino));
                if (inodes.size() > MAX_NAMES) {
                    Place eldest = inodes.keySet().iterator().next();
                    addIfPresent(dropped, inodes.remove(eldest));
                }
            } else {
                dropped.add(ino);
            }
        }
        dropped.forEach(old -> drive.forget(old, 1));
    }

    /** Counts changes of names. */
    long generation() {
        synchronized (inodes) {
            return generation;
        }
    }

    /** Remembers what was just made, with the reference that came with it. */
    void made(Place place, long ino) {
        long before;
        synchronized (inodes) {
            before = ++generation;
        }
        remember(place, ino, before);
    }

    /** A name leads elsewhere now, or nowhere. */
    void forget(Place place) {
        open.letGo(place);
        forgetLookup(place);
    }

    /** A name leads elsewhere once its file is not open any more. */
    void forgetLookup(Place place) {
        Long dropped;
        synchronized (inodes) {
            generation++;
            dropped = inodes.remove(place);
        }
        if (dropped != null) {
            drive.forget(dropped, 1);
        }
    }

    void forgetAll() {
        open.letAllGo();
        List<Long> dropped;
        synchronized (inodes) {
            generation++;
            dropped = List.copyOf(inodes.values());
            inodes.clear();
        }
        dropped.forEach(old -> drive.forget(old, 1));
    }

    private static void addIfPresent(List<Long> list, @Nullable Long ino) {
        if (ino != null) {
            list.add(ino);
        }
    }
}
