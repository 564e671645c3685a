package io.tinysync.engine.simulation;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The record behind P1: every content that a program wrote and closed, until an act that had seen it replaced or deleted it, or
 * the disk that alone held it lost power before it was made durable.
 */
final class Ledger {

    private final Map<Sha256, String> written = new LinkedHashMap<>();
    private final Set<Sha256> settled = new LinkedHashSet<>();

    void wrote(Content content, String where) {
        written.put(content.sha256(), where);
    }

    /** An act that had seen the content replaced or deleted it. */
    void replaced(@Nullable Content seen) {
        if (seen != null) {
            settled.add(seen.sha256());
        }
    }

    /** The content was not promised to survive what happened. */
    void excused(Sha256 sha256) {
        settled.add(sha256);
    }

    /** Contents that must be somewhere, with where they were written. */
    Map<Sha256, String> owed() {
        Map<Sha256, String> owed = new LinkedHashMap<>(written);
        owed.keySet().removeAll(settled);
        return owed;
    }
}
