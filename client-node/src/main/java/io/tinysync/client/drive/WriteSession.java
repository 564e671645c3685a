package io.tinysync.client.drive;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a file since its first present writer opened it. Changed under its {@link OpenFile}'s lock; what getattr
 * reads is volatile.
 */
final class WriteSession {

    /** What the writer had seen; absent where the file was new. */
    final Optional<Sha256> seen;
    /** Whether something was written that is not recorded yet. */
    volatile boolean dirty;
    /** Of the last write, or what a program set since; meaningful while dirty. */
    volatile long mtimeNs;
    /** What was recorded last. */
    @Nullable
    Content sealed;
    /** Whether a program asked for stable storage: then the recorded content must get there too. */
    boolean forced;

    WriteSession(Optional<Sha256> seen) {
        this.seen = seen;
    }

    void wrote(long nowNs) {
        mtimeNs = nowNs;
        dirty = true;
    }
}
