/**
 * The deciding part of a vault: its state as a value, what a request makes of it, its events. Called by the vault's actor and by
 * the simulator. Imports no Pekko, no clock, no randomness and no I/O beyond streams over memory.
 */
@NullMarked
package io.tinysync.engine.vault.core;

import org.jspecify.annotations.NullMarked;
