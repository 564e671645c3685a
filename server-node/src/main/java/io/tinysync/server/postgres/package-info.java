/**
 * PostgreSQL as a process of the server's own, the connection pool over any PostgreSQL, and its schema. Called by the server's
 * start and by everything that keeps rows. Knows nothing of vaults or HTTP.
 */
@NullMarked
package io.tinysync.server.postgres;

import org.jspecify.annotations.NullMarked;
