package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.engine.device.LocalTree;

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
        Runnable makeRecordsDurable,
        SeenContents seen,
        DriveSettings settings) {}
