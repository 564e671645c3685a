package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The stable code of a problem document; its HTTP status is mapped at the server in one place. */
public enum ProblemCode {
    /** The body or a parameter is not of the protocol's form. */
    BAD_REQUEST,
    /** No token, or one that is not valid (any more). */
    UNAUTHORIZED,
    /** The token is valid, and this is not for it. */
    FORBIDDEN,
    /** No such thing that this caller may know of. */
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    /** The request did not come, or too slowly to be waited for; repeat later. */
    REQUEST_TIMEOUT,
    /** The thing exists already. */
    ALREADY_EXISTS,
    /** The body or a blob is over its limit. */
    TOO_LARGE,
    /** The bytes sent do not have the hash that names them. */
    HASH_MISMATCH,
    /** The bytes sent do not begin where those that have arrived end. */
    OFFSET_MISMATCH,
    /** The range asked for lies outside the blob. */
    RANGE_NOT_SATISFIABLE,
    /** The cursor is not on this vault's history. */
    LOG_DIVERGED,
    /** The cursor lies below the oldest entry that is kept. */
    LOG_TRUNCATED,
    /** The request's number is not above the highest seen of this device. */
    DEVICE_REWOUND,
    /** The protocol's version is not served. */
    UNSUPPORTED_PROTOCOL,
    TOO_MANY_REQUESTS,
    /** The device's other uploads in parts that are under way leave no room for one more. */
    TOO_MANY_UPLOADS,
    /** The blob is being deleted, or the server cannot answer now; repeat later. */
    UNAVAILABLE,
    /** No space left for blobs, or a blob is larger than all that its vault may hold. */
    INSUFFICIENT_STORAGE,
    /** A fault of the server's own. */
    INTERNAL_ERROR,
    /** A code from a newer server. */
    UNKNOWN;

    @JsonCreator
    public static ProblemCode parse(String text) {
        for (ProblemCode code : values()) {
            if (code.toString().equals(text)) {
                return code;
            }
        }
        return UNKNOWN;
    }

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
