/**
 * The HTTP and WebSocket API: one table of routes, who may call each, and what each does. Started by the server's main class.
 * Handlers block, each on a virtual thread of its own; bodies of any size are streamed.
 */
@NullMarked
package io.tinysync.server.http;

import org.jspecify.annotations.NullMarked;
