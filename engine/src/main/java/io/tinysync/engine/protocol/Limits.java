package io.tinysync.engine.protocol;

/**
 * What one vault takes, as its server says it.
 *
 * @param maxFileBytes the largest file
 * @param quotaBytes all live files together; 0 where there is no quota
 * @param maxBatch ops in one request
 * @param maxBodyBytes a request's body other than a blob
 */
public record Limits(long maxFileBytes, long quotaBytes, int maxBatch, long maxBodyBytes) {

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

    /** The limits of a server with no settings of its own: 10 GB files, no quota, 8 MiB bodies. */
    public static final Limits DEFAULT = new Limits(10_000_000_000L, 0, MAX_BATCH, 8L << 20);
}
