/**
 * The vault's persistent actor: gathers commands, lets {@code vault.core} decide, journals what was accepted and replies; and the
 * ports through which it reads what its node keeps. Called by the server node. Imports no HTTP and no SQL.
 */
@NullMarked
package io.tinysync.engine.vault;

import org.jspecify.annotations.NullMarked;
