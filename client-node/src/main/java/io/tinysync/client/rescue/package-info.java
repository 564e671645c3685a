/**
 * What helps when a device cannot go on: copies out what is not on the server, and makes a damaged store anew. Works on the files
 * of a state directory, beside a daemon or without one; called by the command line and the daemon, imports neither.
 */
@NullMarked
package io.tinysync.client.rescue;

import org.jspecify.annotations.NullMarked;
