/**
 * The files that hold contents on this device: complete blobs by their hash, downloads in progress, and the working files that
 * programs write to. Called by the drive, the upload and the hydration. Knows no names and no tree; imports neither FUSE nor SQL.
 */
@NullMarked
package io.tinysync.client.content;

import org.jspecify.annotations.NullMarked;
