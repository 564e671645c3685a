package io.tinysync.engine.protocol;

/**
 * How far a device's upload of a blob to a vault has come.
 *
 * @param offset how many bytes the server has, from the first on; the next ones begin here
 * @param stored whether the blob is kept and may be named
 */
public record UploadProgress(Sha256 sha256, long offset, boolean stored) {

    public UploadProgress {
        Require.present(sha256, "sha256");
        Require.natural(offset, "offset");
    }
}
