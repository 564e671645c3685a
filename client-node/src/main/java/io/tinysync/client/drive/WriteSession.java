package io.tinysync.client.drive;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a file since its first present writer opened it. Changed under its {@link OpenFile}'s lock; what getattr
 * and openings for reading look at is volatile.
 */
final class WriteSession {

    /** What was shown when the session began; absent where the file was new. */
    private final @Nullable Sha256 shown;
    /** What the next record is based on; nothing until something is written. */
    private @Nullable WriteBase base;
    /** Whether something was written that is not recorded yet. */
    volatile boolean dirty;
    /** Of the last write, or what a program set since; meaningful while dirty. */
    volatile long mtimeNs;
    /** What was recorded last. */
    volatile @Nullable Content sealed;
    /** Whether a program asked for stable storage: then the recorded content must get there too. */
    private boolean forced;
    /** When that was, if nothing was written since; ms since 1970. */
    private OptionalLong forcedAtMs = OptionalLong.empty();

    WriteSession(@Nullable Sha256 shown) {
        this.shown = shown;
    }

    /**
     * Something was written through an opening. Of several that write before the first record, one that had not seen what was
     * shown decides the base, so that what it did not know of is not replaced.
     */
    void wrote(long nowNs, WriteBase by) {
        boolean knewAll = by.seen() == null || by.seen().equals(shown);
        if (base == null || (sealed == null && !knewAll)) {
            base = by;
        }
        mtimeNs = nowNs;
        dirty = true;
        forcedAtMs = OptionalLong.empty();
    }

    /** All that was written is on stable storage. */
    void forced(long nowMs) {
        forced = true;
        forcedAtMs = OptionalLong.of(nowMs);
    }

    boolean wasForced() {
        return forced;
    }

    /** Whether it was brought to stable storage and left alone since for so long that it may be sent although it is open. */
    boolean isStill(long nowMs) {
        return forcedAtMs.isPresent() && nowMs - forcedAtMs.getAsLong() >= DriveSettings.STILL_MS;
    }

    /** What was recorded is on its way: the next record is based on it. */
    void published(Content content) {
        base = new WriteBase(content.sha256());
        forcedAtMs = OptionalLong.empty();
    }

    /** Whether a content of the file is what its writers had seen, or have made. */
    boolean knows(Content content) {
        Optional<Sha256> known = seen();
        return known.isEmpty() || known.get().equals(content.sha256()) || content.equals(sealed);
    }

    /** What the writers had seen; absent where the file was new. */
    Optional<Sha256> seen() {
        return base == null ? Optional.empty() : Optional.ofNullable(base.seen());
    }
}
