/**
 * The wire between devices and servers: ids, items, ops, entries, pages, errors and limits as immutable records, and their one
 * JSON form. Both nodes, the stored events and the documentation use these same types; golden files in the tests pin them.
 *
 * <p>Everything here is a value: no I/O, no clock, no randomness, no Pekko. Imports nothing else of TinySync.
 */
@NullMarked
package io.tinysync.engine.protocol;

import org.jspecify.annotations.NullMarked;
