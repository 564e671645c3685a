/**
 * Traces of requests by OpenTelemetry: from the request, perhaps by way of another node, to the commit, the journal and the sockets that are woken.
 * Everybody may start spans; that and where they are sent to is decided here. While nothing is sent, no class of the SDK is loaded.
 */
@NullMarked
package io.tinysync.server.tracing;

import org.jspecify.annotations.NullMarked;
