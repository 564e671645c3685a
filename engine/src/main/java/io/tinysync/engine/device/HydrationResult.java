package io.tinysync.engine.device;

import java.nio.file.Path;

/** The end of a wait for a content's bytes. */
public sealed interface HydrationResult {

    /** The whole content is in this file, its hash checked. */
    record Hydrated(Path file) implements HydrationResult {}

    /** The bytes that were asked for can be read from the content's {@link ContentStore.Partial}, each of their leaves checked. */
    record Arrived() implements HydrationResult {}

    /** They are not on this device, and why; asking again tries again. */
    record Failed(Reason reason, String message) implements HydrationResult {}

    /** Why bytes did not come; the client node maps each to one errno. */
    enum Reason {
        /** The server could not be reached (ENETUNREACH). */
        UNREACHABLE,
        /** No byte came for the whole time allowed (ETIMEDOUT). */
        TIMED_OUT,
        /** The server says that it has no such content (EIO). */
        MISSING,
        /** The server refuses (EACCES). */
        REFUSED,
        /** What came was not the content, again and again (EIO). */
        CORRUPT,
        /** The disk or the cache's budget is full (ENOSPC). */
        NO_SPACE,
        /** This daemon is stopping (EIO). */
        STOPPING
    }
}
