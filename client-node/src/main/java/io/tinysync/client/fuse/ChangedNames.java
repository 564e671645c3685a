package io.tinysync.client.fuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import io.tinysync.client.drive.Invalidations;
import io.tinysync.client.fuse.PathTable.Place;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Has this binding follow what other devices change: at once, except that the name of a replaced file that is open keeps leading
 * to it (see {@link OpenNames}) until it is closed, for some seconds at most.
 */
final class ChangedNames implements Invalidations {

    /** Reading a file takes less; a program that keeps it open for longer is mostly not reading it, and others want the change. */
    private static final int KEEP_SECONDS = 5;

    private final Drive drive;
    private final PathTable paths;
    private final OpenNames open;
    private final ScheduledExecutorService timer;

    ChangedNames(Drive drive, PathTable paths, OpenNames open, ScheduledExecutorService timer) {
        this.drive = drive;
        this.paths = paths;
        this.open = open;
        this.timer = timer;
    }

    @Override
    public void inode(long ino) {
        // Attributes are asked for anew with each call.
    }

    @Override
    public void entry(long parentIno, String name) {
        Place place = new Place(parentIno, name);
        if (open.inode(place).isPresent() && leadsSomewhere(place)) {
            paths.forgetLookup(place);
            var _ = timer.schedule(() -> paths.forget(place), KEEP_SECONDS, TimeUnit.SECONDS);
        } else {
            paths.forget(place);
        }
    }

    @Override
    public void everything() {
        paths.forgetAll();
    }

    private boolean leadsSomewhere(Place place) {
        try {
            drive.forget(drive.lookup(place.parentIno(), place.name()).ino(), 1);
            return true;
        } catch (DriveException e) {
            return e.errno() != Errno.ENOENT;
        }
    }
}
