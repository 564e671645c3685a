package io.tinysync.engine.device;

import io.tinysync.engine.protocol.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;

/** Blobs that this process has sent, so that they need not be sent again; only a memory, bounded and lost with the process. Thread-safe. */
final class SentBlobs {

    /** Some thousands more than any batch names; about 100 bytes each. */
    private static final int LIMIT = 20_000;

    private final Map<Sha256, Boolean> sent = new LinkedHashMap<>();

    synchronized void add(Sha256 sha256) {
        sent.put(sha256, true);
        if (sent.size() > LIMIT) {
            sent.remove(sent.keySet().iterator().next());
        }
    }

    synchronized void remove(Sha256 sha256) {
        sent.remove(sha256);
    }

    synchronized boolean contains(Sha256 sha256) {
        return sent.containsKey(sha256);
    }
}
