package io.tinysync.engine.protocol;

import java.util.List;

/** One result per op of a request, in its order. */
public record MutationsReply(List<OpResult> results) {
    public MutationsReply {
        results = List.copyOf(Require.present(results, "results"));
    }
}
