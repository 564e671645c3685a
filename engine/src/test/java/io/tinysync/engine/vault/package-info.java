/** Tests of the vault's actor, with a journal in memory that can be held and broken. */
@NullMarked
package io.tinysync.engine.vault;

import org.jspecify.annotations.NullMarked;
