/**
 * Blob ids, the blob store's contract, verifying streams and the stores themselves. Called by both nodes. Imports no HTTP
 * routes and no SQL.
 */
@NullMarked
package io.tinysync.engine.blob;

import org.jspecify.annotations.NullMarked;
