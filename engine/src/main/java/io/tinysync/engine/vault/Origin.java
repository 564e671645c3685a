package io.tinysync.engine.vault;

import org.jspecify.annotations.Nullable;

/**
 * What a request is called in logs and traces; decides nothing, and stays on its node.
 *
 * @param requestId in logs; null if it has no name
 * @param traceparent the span that asks, as W3C Trace Context writes it; null if it is not traced
 */
public record Origin(@Nullable String requestId, @Nullable String traceparent) {

    public static final Origin UNKNOWN = new Origin(null, null);
}
