/**
 * The device's rules as functions over a store's transaction: what a program's act means, what a log page changes, who wins a
 * conflict, what is sent next; and the values that they work on. Called by the device's actors and by the simulator. Imports no
 * Pekko, no clock, no randomness and no I/O: ids and times come in as arguments.
 */
@NullMarked
package io.tinysync.engine.device.core;

import org.jspecify.annotations.NullMarked;
