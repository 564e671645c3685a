/**
 * The drive on the kernel's own FUSE protocol ({@code linux/fuse.h}), spoken over {@code /dev/fuse} without libfuse. Turns messages
 * into the drive's operations and tells the kernel of what it keeps and is no longer so. Called by the daemon, which mounts and
 * unmounts. The only package that calls the C library.
 *
 * <p>{@link io.tinysync.client.devfuse.Session}'s threads read messages and answer them at once; those that have to wait for a
 * download wait elsewhere ({@link io.tinysync.client.devfuse.Waits}), so that no other waits behind them.
 * {@link io.tinysync.client.devfuse.KernelCache} knows what the kernel was told, {@link io.tinysync.client.devfuse.Notifier} takes
 * it back.
 */
@NullMarked
package io.tinysync.client.devfuse;

import org.jspecify.annotations.NullMarked;
