/**
 * What a server forgets, and when: tombstones, log entries and entries of the audit that are older than their windows, and
 * pairing codes that have expired. Started by the node; asks the
 * vaults, and deletes from the journal only what {@code server.journal} can answer for without it. Knows nothing of HTTP.
 */
@NullMarked
package io.tinysync.server.retention;

import org.jspecify.annotations.NullMarked;
