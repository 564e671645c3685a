package io.tinysync.engine.protocol;

import java.util.Objects;

/**
 * How large the parts of requests may be. What a server of a version before does not say is as it was there.
 *
 * @param maxRequires ops that one op may require
 * @param maxNameBytes a name's length in UTF-8
 * @param maxTargetChars a link's target in UTF-16 units
 * @param maxDepth folders above an item, the root among them
 * @param maxLogPage entries of one page of the log
 * @param maxShortBlobBytes of a blob that travels with others
 * @param maxShortBlobs that travel together
 * @param maxShortBlobsBytes of these and their heads together
 * @param maxLinks public links of one vault
 * @param maxUploads in parts that one device may have unfinished at one node
 * @param maxUploadBytes of these together
 * @param minBytesPerSecond of a body on its way, and of an answer that is taken
 */
public record WireLimits(
        Integer maxRequires,
        Integer maxNameBytes,
        Integer maxTargetChars,
        Integer maxDepth,
        Integer maxLogPage,
        Integer maxShortBlobBytes,
        Integer maxShortBlobs,
        Integer maxShortBlobsBytes,
        Integer maxLinks,
        Integer maxUploads,
        Long maxUploadBytes,
        Long minBytesPerSecond) {

    /** Of a server with no settings of its own. */
    public static final WireLimits DEFAULT = of(1000, 50_000_000_000L, 1024);

    public WireLimits {
        maxRequires = Objects.requireNonNullElse(maxRequires, Limits.MAX_REQUIRES);
        maxNameBytes = Objects.requireNonNullElse(maxNameBytes, Limits.MAX_NAME_BYTES);
        maxTargetChars = Objects.requireNonNullElse(maxTargetChars, Limits.MAX_TARGET_CHARS);
        maxDepth = Objects.requireNonNullElse(maxDepth, Limits.MAX_DEPTH);
        maxLogPage = Objects.requireNonNullElse(maxLogPage, Limits.MAX_LOG_PAGE);
        maxShortBlobBytes = Objects.requireNonNullElse(maxShortBlobBytes, BlobFrames.MAX_BLOB_BYTES);
        maxShortBlobs = Objects.requireNonNullElse(maxShortBlobs, BlobFrames.MAX_FRAMES);
        maxShortBlobsBytes = Objects.requireNonNullElse(maxShortBlobsBytes, BlobFrames.MAX_BODY_BYTES);
        maxLinks = Objects.requireNonNullElse(maxLinks, Limits.MAX_LINKS);
        maxUploads = Objects.requireNonNullElse(maxUploads, 1000);
        maxUploadBytes = Objects.requireNonNullElse(maxUploadBytes, 50_000_000_000L);
        minBytesPerSecond = Objects.requireNonNullElse(minBytesPerSecond, 0L);
    }

    /** Those that a server's settings can change; the others are the protocol's. */
    public static WireLimits of(int maxUploads, long maxUploadBytes, long minBytesPerSecond) {
        return new WireLimits(
                Limits.MAX_REQUIRES,
                Limits.MAX_NAME_BYTES,
                Limits.MAX_TARGET_CHARS,
                Limits.MAX_DEPTH,
                Limits.MAX_LOG_PAGE,
                BlobFrames.MAX_BLOB_BYTES,
                BlobFrames.MAX_FRAMES,
                BlobFrames.MAX_BODY_BYTES,
                Limits.MAX_LINKS,
                maxUploads,
                maxUploadBytes,
                minBytesPerSecond);
    }
}
