/** Calls to vaults' entities by those parts of the node that work on whole vaults. Knows nothing of HTTP. */
@NullMarked
package io.tinysync.server.entity;

import org.jspecify.annotations.NullMarked;
