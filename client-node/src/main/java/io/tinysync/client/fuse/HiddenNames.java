package io.tinysync.client.fuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.fuse.PathTable.Place;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What libfuse's renames to {@code .fuse_hidden*} stand for. It makes one when an open file is unlinked, and one before another
 * file is renamed over an open one; it does not say which. So the removal waits a moment for the rename that may follow at once:
 * if it comes, the drive sees one rename over the file, and otherwise an unlink. Until then the old name answers as missing.
 *
 * <p>The hidden name exists here only: it leads to the unlinked file's inode until libfuse removes it at the last close.
 */
final class HiddenNames {

    private static final Logger LOG = LoggerFactory.getLogger(HiddenNames.class);

    private static final Pattern HIDDEN = Pattern.compile("\\.fuse_hidden[0-9a-f]{16}");

    /** The rename follows in microseconds, on the same thread. */
    private static final long WAIT_MILLIS = 3;

    private final Drive drive;
    private final PathTable paths;
    private final ScheduledExecutorService timer;

    /** A removal that waits, or is going on. */
    private static final class Removal {

        private final Place place;
        /** Whether it was carried out or became needless; belongs to this object's lock. */
        private boolean settled;

        Removal(Place place) {
            this.place = place;
        }
    }

    /** Hidden path to inode, each with a reference. */
    private final Map<String, Long> inodes = new ConcurrentHashMap<>();
    /** By old path. */
    private final Map<String, Removal> waiting = new ConcurrentHashMap<>();

    HiddenNames(Drive drive, PathTable paths, ScheduledExecutorService timer) {
        this.drive = drive;
        this.paths = paths;
        this.timer = timer;
    }

    static boolean isHidden(String path) {
        return HIDDEN.matcher(path.substring(path.lastIndexOf('/') + 1)).matches();
    }

    /** Takes a rename to a hidden name. */
    void hide(String path, String hiddenPath) {
        Place place = paths.place(path);
        inodes.put(hiddenPath, drive.lookup(place.parentIno(), place.name()).ino());
        waiting.put(path, new Removal(place));
        var _ = timer.schedule(() -> settle(path), WAIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The inode behind a hidden path. */
    OptionalLong inode(String path) {
        Long ino = inodes.isEmpty() ? null : inodes.get(path);
        return ino == null ? OptionalLong.empty() : OptionalLong.of(ino);
    }

    /** Whether the path names a file that is being removed. */
    boolean isGone(String path) {
        return !waiting.isEmpty() && waiting.containsKey(path);
    }

    /** Takes note that a rename replaces the file at this path, so that nothing is to be removed there. */
    void replaced(String path) {
        Removal removal = waiting.get(path);
        if (removal != null) {
            synchronized (removal) {
                removal.settled = true;
                waiting.remove(path, removal);
            }
        }
    }

    /** Removes now what waits, before anything else changes names. */
    void settleAll() {
        if (!waiting.isEmpty()) {
            waiting.keySet().forEach(this::settle);
        }
    }

    /** Drops a hidden name; whether there was one. */
    boolean drop(String hiddenPath) {
        Long ino = inodes.remove(hiddenPath);
        if (ino != null) {
            drive.forget(ino, 1);
        }
        return ino != null;
    }

    /** The name answers as missing until the drive has removed it, and whoever else settles waits for that. */
    private void settle(String path) {
        Removal removal = waiting.get(path);
        if (removal == null) {
            return;
        }
        synchronized (removal) {
            if (!removal.settled) {
                removal.settled = true;
                remove(removal.place);
                waiting.remove(path, removal);
            }
        }
    }

    private void remove(Place place) {
        try {
            drive.unlink(place.parentIno(), place.name());
            paths.forget(place);
        } catch (DriveException e) {
            LOG.error("an open file could not be removed, it stays: {}", e.getMessage());
        }
    }
}
