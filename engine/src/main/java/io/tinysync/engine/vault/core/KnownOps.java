package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.OpId;
import java.util.Map;

/**
 * What the log index said of the ops that a request names.
 *
 * @param toSeq up to where the index had every entry when it was asked
 * @param ops those that were accepted up to there; any other that was asked for was not, up to there
 */
public record KnownOps(long toSeq, Map<OpId, AcceptedOp> ops) {
    public KnownOps {
        ops = Map.copyOf(ops);
    }
}
