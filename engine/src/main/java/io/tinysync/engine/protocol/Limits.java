package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Objects;

/**
 * What one vault takes, as its server says it.
 *
 * @param maxFileBytes the largest file
 * @param quotaBytes all live files together; 0 where there is no quota
 * @param quotaItems live items, the root not counted; 0 where there is no quota
 * @param maxBatch ops in one request
 * @param maxBodyBytes a request's body other than a blob
 * @param requestsPerSecond of one device at one node in the long run, and {@link #REQUESTS_AT_ONCE_SECONDS} times as many at once; 0 for any
 * @param wire of the parts of requests; in JSON beside the others
 */
public record Limits(
        long maxFileBytes,
        long quotaBytes,
        Long quotaItems,
        int maxBatch,
        long maxBodyBytes,
        Integer requestsPerSecond,
        @JsonUnwrapped WireLimits wire) {

    /** How many seconds' requests a device that was still may make at once. */
    public static final int REQUESTS_AT_ONCE_SECONDS = 10;

    /** Ops in one mutations request. */
    public static final int MAX_BATCH = 256;

    /** Ops that one op may require. */
    public static final int MAX_REQUIRES = 256;

    /** A name's length in bytes of UTF-8; a longer one is {@link RejectionCode#INVALID_NAME}. */
    public static final int MAX_NAME_BYTES = 255;

    /** A name's length in UTF-16 units above which a body is not understood at all. */
    public static final int MAX_NAME_CHARS = 4096;

    /** A link's target, in UTF-16 units (PATH_MAX less the NUL). */
    public static final int MAX_TARGET_CHARS = 4095;

    /** Entries in one log page. */
    public static final int MAX_LOG_PAGE = 1000;

    /** Entries in a log page whose request names no limit. */
    public static final int DEFAULT_LOG_PAGE = 500;

    /** Folders above an item, so that walks up the tree are bounded; a deeper placement is {@link RejectionCode#TOO_LARGE}. */
    public static final int MAX_DEPTH = 1000;

    /** Public links of one vault. */
    public static final int MAX_LINKS = 1000;

    /** The limits of a server with no settings of its own: 10 GB files, no quota, 8 MiB bodies. */
    public static final Limits DEFAULT = new Limits(10_000_000_000L, 0, 0L, MAX_BATCH, 8L << 20);

    public Limits {
        // A server of the version before leaves them out.
        quotaItems = Objects.requireNonNullElse(quotaItems, 0L);
        requestsPerSecond = Objects.requireNonNullElse(requestsPerSecond, 0);
        wire = Objects.requireNonNullElse(wire, WireLimits.DEFAULT);
    }

    /** Without a limit of requests. */
    public Limits(long maxFileBytes, long quotaBytes, Long quotaItems, int maxBatch, long maxBodyBytes) {
        this(maxFileBytes, quotaBytes, quotaItems, maxBatch, maxBodyBytes, 0, WireLimits.DEFAULT);
    }

    /** The same with other quotas. */
    public Limits withQuotas(long bytes, long items) {
        return new Limits(maxFileBytes, bytes, items, maxBatch, maxBodyBytes, requestsPerSecond, wire);
    }
}
