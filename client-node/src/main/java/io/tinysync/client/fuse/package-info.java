/**
 * The drive on jnr-fuse: libfuse 2's high-level, path-based API. Turns paths into inodes and back, and nothing else. Called by the
 * daemon, which mounts and unmounts. The only package that imports jnr.
 *
 * <p>The kernel cannot be told of changes through this API, so attributes are cached for {@value MountOptions#ATTRIBUTE_MILLIS} ms
 * and contents not at all; names may be cached longer, since libfuse resolves the path anew with each call.
 */
@NullMarked
package io.tinysync.client.fuse;

import org.jspecify.annotations.NullMarked;
