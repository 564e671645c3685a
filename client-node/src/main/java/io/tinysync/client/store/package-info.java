/**
 * The device's store in SQLite: the server's tree, the overlay, the pending ops and the position of one attached vault in one
 * file. Implements the engine's {@code DeviceStore}; made by the daemon. Knows neither the network nor the drive.
 */
@NullMarked
package io.tinysync.client.store;

import org.jspecify.annotations.NullMarked;
