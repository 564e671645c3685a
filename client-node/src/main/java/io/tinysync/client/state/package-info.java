/**
 * A device's state directory: where it is, what lies in it, and who the device is to its server. Used by the command line and by
 * the daemon; imports neither.
 */
@NullMarked
package io.tinysync.client.state;

import org.jspecify.annotations.NullMarked;
