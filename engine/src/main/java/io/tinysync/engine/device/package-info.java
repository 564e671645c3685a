/**
 * The device side: the local tree, pending operations, conflict policy, and the actors that schedule replay, hydration and
 * upload over ports for the local store and the server. Called by the client node. Imports no HTTP, no FUSE and no SQL.
 */
@NullMarked
package io.tinysync.engine.device;

import org.jspecify.annotations.NullMarked;
