package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Sha256;

/**
 * Names an upload that may come in several parts. Whoever calls the store makes it of what the parts have in common, such as who
 * sends what to where, so that nobody adds to or learns of another's.
 *
 * @param owner who shares one {@link UploadAllowance}; 1 to 64 of {@code 0-9 a-z -}
 * @param value unique among the owner's
 */
public record UploadId(String owner, Sha256 value) {

    public UploadId {
        if (!owner.matches("[0-9a-z-]{1,64}")) {
            throw new IllegalArgumentException("'" + owner + "' names no owner of uploads");
        }
    }
}
