/**
 * What the server reads and keeps in PostgreSQL about vaults: their journals as logs, the blobs that these name, uploads, request
 * numbers and snapshots. Implements the ports of {@code engine.vault}; called by the HTTP routes too. Knows nothing of HTTP.
 */
@NullMarked
package io.tinysync.server.journal;

import org.jspecify.annotations.NullMarked;
