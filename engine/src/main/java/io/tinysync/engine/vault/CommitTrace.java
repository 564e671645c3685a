package io.tinysync.engine.vault;

import java.time.Instant;
import java.util.List;

/**
 * Of which requests a commit is a part.
 *
 * @param began when the journal was given the events
 * @param traceparents the spans of those requests that are traced and have events in it
 */
public record CommitTrace(Instant began, List<String> traceparents) {

    public CommitTrace {
        traceparents = List.copyOf(traceparents);
    }
}
