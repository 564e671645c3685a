/**
 * The drive: what programs see and do, as operations on inodes, whatever binding carries them. Called by a binding (one thread
 * for each request in progress) and, through the change listener, by the replayer. Imports neither FUSE nor SQL.
 */
@NullMarked
package io.tinysync.client.drive;

import org.jspecify.annotations.NullMarked;
