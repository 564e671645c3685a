package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.engine.device.LocalTree;
import java.io.IOException;

/**
 * What the parts of one drive share.
 *
 * @param makeRecordsDurable returns once all that the tree has recorded survives power loss
 */
record DriveParts(
        LocalTree tree,
        RootFolder root,
        ContentFiles contents,
        Downloads downloads,
        ReadAhead readAhead,
        Runnable makeRecordsDurable,
        SeenContents seen,
        Handovers handovers,
        Quota quota,
        DriveSettings settings) {

    static DriveParts of(
            LocalTree tree,
            ContentFiles contents,
            Hydrator hydrator,
            Runnable makeRecordsDurable,
            DriveSettings settings)
            throws IOException {
        Downloads downloads = new Downloads(contents, hydrator);
        return new DriveParts(
                tree,
                new RootFolder(contents.directory().resolve("root"), settings.nowNs()),
                contents,
                downloads,
                new ReadAhead(tree, downloads, settings.clock()::millis),
                makeRecordsDurable,
                new SeenContents(),
                new Handovers(),
                new Quota(tree, settings.limits(), settings.clock()::millis),
                settings);
    }
}
