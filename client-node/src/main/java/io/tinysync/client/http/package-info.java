/**
 * The server as this device reaches it: implements the engine's {@code ServerPort} over HTTP/1.1 and a WebSocket. One attempt per
 * call; retries are the actors' matter, except that the wake socket reconnects by itself. Made by the daemon.
 */
@NullMarked
package io.tinysync.client.http;

import org.jspecify.annotations.NullMarked;
