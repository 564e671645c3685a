/**
 * The TLS of the HTTP API: its certificate, the renewal of that while the server runs, and whom the nodes of a cluster trust. Used by the
 * server's start; knows nothing of what is sent.
 */
@NullMarked
package io.tinysync.server.tls;

import org.jspecify.annotations.NullMarked;
