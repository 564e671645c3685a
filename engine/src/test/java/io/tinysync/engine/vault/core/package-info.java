/** Tests of the deciding part of the vault. */
@NullMarked
package io.tinysync.engine.vault.core;

import org.jspecify.annotations.NullMarked;
