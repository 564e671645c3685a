package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Sha256;

/**
 * Names an upload that may come in several parts. Whoever calls the store makes it of what the parts have in common, such as who
 * sends what to where, so that nobody adds to or learns of another's.
 */
public record UploadId(Sha256 value) {

    /** A name for a file. */
    @Override
    public String toString() {
        return value.toString();
    }
}
