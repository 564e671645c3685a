/**
 * The server node: HTTP and WebSocket API, identity, projections, PostgreSQL and start-up. Imports no FUSE and no SQLite.
 */
@NullMarked
package io.tinysync.server;

import org.jspecify.annotations.NullMarked;
