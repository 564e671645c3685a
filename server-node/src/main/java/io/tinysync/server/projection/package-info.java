/**
 * What of the vaults is kept in tables for queries: items and usage. Follows the journal some time behind; nothing that is decided
 * rests on it, and it can be made again. Knows nothing of HTTP.
 */
@NullMarked
package io.tinysync.server.projection;

import org.jspecify.annotations.NullMarked;
