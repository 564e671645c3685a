/**
 * What a server forgets, and when: tombstones and log entries that are older than their windows. Started by the node; asks the
 * vaults, and deletes from the journal only what {@code server.journal} can answer for without it. Knows nothing of HTTP.
 */
@NullMarked
package io.tinysync.server.retention;

import org.jspecify.annotations.NullMarked;
