/**
 * The client node: the drive, the SQLite store, the server's client, the control API and the command line. Knows no SQL of the
 * server and no persistence.
 */
@NullMarked
package io.tinysync.client;

import org.jspecify.annotations.NullMarked;
