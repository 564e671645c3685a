/**
 * The drive on jnr-fuse: libfuse 2's high-level, path-based API. Turns paths into inodes and back, and nothing else. Called by the
 * daemon, which mounts and unmounts. The only package that imports jnr.
 *
 * <p>The kernel cannot be told of changes through this API, so it keeps neither attributes nor contents from one open to the next;
 * and it has one inode for a path, so a file that is open is not replaced under its name at once.
 */
@NullMarked
package io.tinysync.client.fuse;

import org.jspecify.annotations.NullMarked;
