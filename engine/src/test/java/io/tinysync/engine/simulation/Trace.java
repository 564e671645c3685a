package io.tinysync.engine.simulation;

import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;

/** What happened, in order: its hash tells two runs apart, its end helps to read a failure. */
final class Trace {

    private static final int KEPT = Integer.getInteger("tinysync.trace", 60);

    private final MessageDigest digest = Sha256.newDigest();
    private final Deque<String> last = new ArrayDeque<>();

    void add(String event) {
        digest.update(event.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        last.addLast(event);
        if (last.size() > KEPT) {
            last.removeFirst();
        }
    }

    /** The hash of everything that was added; the trace is over then. */
    Sha256 hash() {
        return Sha256.of(digest.digest());
    }

    @Override
    public String toString() {
        return String.join("\n", last);
    }
}
