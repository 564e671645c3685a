package io.tinysync.engine.device;

/**
 * A part of a content.
 *
 * @param offset of its first byte
 * @param length in bytes; 0 only of an empty content
 */
public record BlobRange(long offset, long length) {

    public BlobRange {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("a range of " + length + " bytes from " + offset + " is none");
        }
    }
}
