/**
 * The server's care for blobs: their states in PostgreSQL, what vaults can reach, the runs that collect and that verify. Called by the
 * routes and at start-up. Imports no HTTP.
 */
@NullMarked
package io.tinysync.server.blobs;

import org.jspecify.annotations.NullMarked;
