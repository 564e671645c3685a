/**
 * The item tree as an immutable value: validates a mutation into an event or a rejection, and applies an event to make the
 * next tree. Called by the vault and by the simulator. Imports no Pekko, no clock, no randomness and no I/O.
 */
@NullMarked
package io.tinysync.engine.tree;

import org.jspecify.annotations.NullMarked;
