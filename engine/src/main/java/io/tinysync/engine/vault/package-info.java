/**
 * The vault's persistent actor: gathers commands, lets the tree decide, journals what was accepted and replies. Called by
 * the server node. Imports no HTTP and no SQL.
 */
@NullMarked
package io.tinysync.engine.vault;

import org.jspecify.annotations.NullMarked;
