package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What became of one blob among others.
 *
 * @param sha256 the hash that named it
 * @param status whether it is kept and may be named
 * @param code of a refusal: {@code hash_mismatch}, {@code insufficient_storage}, or {@code unavailable}, to be repeated
 * @param message of a refusal, for people
 */
public record BlobResult(
        Sha256 sha256,
        Status status,
        @Nullable ProblemCode code,
        @Nullable String message) {

    /** Whether a blob was taken. */
    public enum Status {
        @JsonProperty("stored")
        STORED,
        @JsonProperty("refused")
        REFUSED
    }

    public BlobResult {
        Require.present(sha256, "sha256");
        Require.present(status, "status");
        switch (status) {
            case STORED -> {}
            case REFUSED -> Require.present(code, "code");
        }
    }

    public static BlobResult stored(Sha256 sha256) {
        return new BlobResult(sha256, Status.STORED, null, null);
    }

    public static BlobResult refused(Sha256 sha256, ProblemCode code, String message) {
        return new BlobResult(sha256, Status.REFUSED, code, message);
    }
}
