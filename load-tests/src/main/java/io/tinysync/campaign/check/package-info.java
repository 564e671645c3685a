/**
 * Decides whether a recorded history keeps what the server promises. Pure: events in, violations out. Called by the command that
 * checks a file and by tests. Imports the protocol, the item tree and the histories, and nothing that a server runs beside them.
 */
@NullMarked
package io.tinysync.campaign.check;

import org.jspecify.annotations.NullMarked;
