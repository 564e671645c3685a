package io.tinysync.client.drive;

import io.tinysync.engine.protocol.Limits;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What one drive is told by its vault and its user.
 *
 * @param maxFileBytes the largest file; a write beyond it is EFBIG
 * @param limits of the vault, as the server said last: its quotas, what statfs shows as the total
 * @param uid the owner of everything
 * @param gid its group
 * @param clock gives the mtime of what programs write
 * @param maxFsyncReadBytes an fsync takes the hash of the whole (and so makes a version to return to) only where it need not read
 *     back more than this
 */
public record DriveSettings(
        long maxFileBytes, Supplier<Limits> limits, int uid, int gid, Clock clock, long maxFsyncReadBytes) {

    private static final long MAX_FSYNC_READ_BYTES = 1 << 20;

    /** Reads that may wait for downloads at once; those beyond are EAGAIN, so that the binding keeps threads for all others. */
    static final int MAX_WAITING = 512;

    /** What a program has fsynced in a file that it keeps open is sent after so long without a write, in ms. */
    static final long STILL_MS = 60_000;

    /** With what is everywhere the same. */
    public DriveSettings(long maxFileBytes, Supplier<Limits> limits, int uid, int gid, Clock clock) {
        this(maxFileBytes, limits, uid, gid, clock, MAX_FSYNC_READ_BYTES);
    }

    /** Nanoseconds since 1970. */
    long nowNs() {
        var now = clock.instant();
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    }
}
