/**
 * The daemon: owns a state directory while it runs, wires the device's parts together for each attached vault, and answers the
 * control API. Started by the command line, in its own process; the one place where the client's parts are put together.
 */
@NullMarked
package io.tinysync.client.daemon;

import org.jspecify.annotations.NullMarked;
