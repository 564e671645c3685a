/**
 * What all bindings share: the mount point and its remains, the system's programs around mounts, and what a binding and a mount
 * are. Called by the daemon and by the bindings; knows none of them.
 */
@NullMarked
package io.tinysync.client.mount;

import org.jspecify.annotations.NullMarked;
