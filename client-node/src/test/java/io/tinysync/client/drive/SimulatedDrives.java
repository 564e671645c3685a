package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.engine.device.LocalTree;
import java.io.IOException;
import java.util.concurrent.Executor;

/** Opens drives for a test that decides itself when they follow other devices' changes. */
public final class SimulatedDrives {

    private SimulatedDrives() {}

    /** As {@link LocalDrive#open}, with an executor in the place of the drive's own thread. */
    public static LocalDrive open(
            LocalTree tree,
            ContentFiles contents,
            Hydrator hydrator,
            Runnable makeRecordsDurable,
            DriveSettings settings,
            Executor changes)
            throws IOException {
        return LocalDrive.open(tree, contents, hydrator, makeRecordsDurable, settings, changes);
    }
}
