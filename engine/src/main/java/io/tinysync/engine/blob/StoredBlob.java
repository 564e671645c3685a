package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Sha256;

/**
 * A blob as its store lists it.
 *
 * @param size in bytes, as stored
 */
public record StoredBlob(Sha256 id, long size) {}
