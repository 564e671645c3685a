/**
 * Who may do what: devices and their tokens, groups, vaults and the grants between them, pairing codes, and the audit of all
 * changes to them, kept in PostgreSQL. Called by the HTTP routes. Access is the union of a device's groups; there is no deny. Knows nothing of HTTP.
 */
@NullMarked
package io.tinysync.server.identity;

import org.jspecify.annotations.NullMarked;
