package io.tinysync.engine.protocol;

import java.util.List;

/**
 * Asks for short blobs of one vault.
 *
 * @param sha256 1 to {@link BlobFrames#MAX_FRAMES}, in the order in which they are wanted
 */
public record ReadBlobs(List<Sha256> sha256) {
    public ReadBlobs {
        sha256 = List.copyOf(Require.present(sha256, "sha256"));
        if (sha256.isEmpty() || sha256.size() > BlobFrames.MAX_FRAMES) {
            throw new IllegalArgumentException(
                    "sha256 has " + sha256.size() + " elements, it must have 1 to " + BlobFrames.MAX_FRAMES);
        }
    }
}
