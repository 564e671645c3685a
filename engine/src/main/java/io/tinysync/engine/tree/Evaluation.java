package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Sha256;
import java.util.Map;

/**
 * What a decision depends on beside the tree and the op.
 *
 * @param seq the number that the op's entry will have
 * @param limits of the vault
 * @param acceptedOps resolves bases and requirements that name an op
 * @param heldBlobs sizes in bytes, by hash, of the blobs that the op may name: those held by the vault or sent to it by the op's
 *     device
 */
public record Evaluation(long seq, Limits limits, AcceptedOps acceptedOps, Map<Sha256, Long> heldBlobs) {
    public Evaluation {
        heldBlobs = Map.copyOf(heldBlobs);
    }
}
