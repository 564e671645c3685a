package io.tinysync.engine.blob;

/**
 * What one owner may have of uploads in parts that have come to no end.
 *
 * @param uploads how many, at least 1
 * @param bytes of all of them, where those that are under way count with what they are going to have; at least as many as the largest
 *     file has, or that could never come
 */
public record UploadAllowance(int uploads, long bytes) {

    public UploadAllowance {
        if (uploads < 1) {
            throw new IllegalArgumentException("at least 1 upload must be allowed, not " + uploads);
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("uploads must be allowed at least 1 byte, not " + bytes);
        }
    }
}
