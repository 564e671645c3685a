package io.tinysync.engine.device;

import io.tinysync.engine.protocol.BlobResult;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.SnapshotHeader;
import java.util.List;

/** What a server that was reached and understood says; everything else is a failed stage. */
public interface Answers {

    /** To a request for log entries. */
    sealed interface Log permits Page, Diverged, Truncated, Refused {}

    /** To a request for a snapshot. */
    sealed interface Snapshot permits SnapshotComplete, Refused {}

    /** To a mutations request. */
    sealed interface Mutations permits Results, Diverged, Rewound, Refused {}

    /** To bytes that were sent. */
    sealed interface Upload permits Stored, Refused {}

    /** To short blobs that were sent together. */
    sealed interface ShortUploads permits Taken, Refused {}

    /** To a request for bytes. */
    sealed interface Download permits Received, Missing, Refused {}

    /** To a request for a content's leaves. */
    sealed interface LeafList permits Listed, Missing, Refused {}

    /** Entries after the cursor, none if it is at the head. */
    record Page(LogPage page) implements Log {}

    /** The cursor is not on the server's history. */
    record Diverged() implements Log, Mutations {}

    /** The entries after the cursor are not kept any more. */
    record Truncated() implements Log {}

    /** Every item was given to the sink, and the trailer matched. */
    record SnapshotComplete(SnapshotHeader header, long items) implements Snapshot {}

    /** One result per op. */
    record Results(MutationsReply reply) implements Mutations {}

    /** The request_no was not above the highest that the server knows of this device; nothing was evaluated. */
    record Rewound(long highestRequestNo) implements Mutations {}

    /** The blob is on the server. */
    record Stored() implements Upload {}

    /** One result per blob, in their order. */
    record Taken(List<BlobResult> results) implements ShortUploads {}

    /** So many bytes went into the sink; nothing of them is checked. */
    record Received(long bytes) implements Download {}

    /** As the server has them; the list is not checked. */
    record Listed(Leaves leaves) implements LeafList {}

    /** The server answers that this vault holds no such blob. */
    record Missing() implements Download, LeafList {}

    /**
     * Refused for a reason that repeating soon does not change: no access, too large, a protocol that is not served.
     *
     * @param code stable
     * @param message for people
     */
    record Refused(ProblemCode code, String message)
            implements Log, Snapshot, Mutations, Upload, ShortUploads, Download, LeafList {

        /** Whether access to the vault was lost (401, 403, 404): the drive turns read-only and everything stays. */
        public boolean isAccessLost() {
            return switch (code) {
                case UNAUTHORIZED, FORBIDDEN, NOT_FOUND -> true;
                case BAD_REQUEST,
                        METHOD_NOT_ALLOWED,
                        REQUEST_TIMEOUT,
                        ALREADY_EXISTS,
                        TOO_LARGE,
                        HASH_MISMATCH,
                        OFFSET_MISMATCH,
                        RANGE_NOT_SATISFIABLE,
                        LOG_DIVERGED,
                        LOG_TRUNCATED,
                        DEVICE_REWOUND,
                        UNSUPPORTED_PROTOCOL,
                        TOO_MANY_REQUESTS,
                        TOO_MANY_UPLOADS,
                        UNAVAILABLE,
                        INSUFFICIENT_STORAGE,
                        INTERNAL_ERROR,
                        UNKNOWN -> false;
            };
        }
    }
}
