package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Sha256;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mutations request together with what the vault cannot know by itself.
 *
 * @param deviceId the authenticated sender
 * @param heldBlobs sizes in bytes, by hash, of those blobs the request names that this vault holds or this device has sent to it
 * @param chainAtCursor the journal's chain at the seq of the request's cursor; given only after {@link VaultOutcome.ChainNeeded}
 * @param knownOps what the log index says of the ops that the request names; given only after {@link VaultOutcome.OpsNeeded}
 */
public record Submission(
        DeviceId deviceId,
        MutationsRequest request,
        Map<Sha256, Long> heldBlobs,
        @Nullable Chain chainAtCursor,
        @Nullable KnownOps knownOps) {
    public Submission {
        heldBlobs = Map.copyOf(heldBlobs);
    }

    public Submission(DeviceId deviceId, MutationsRequest request, Map<Sha256, Long> heldBlobs) {
        this(deviceId, request, heldBlobs, null, null);
    }

    public Submission withChainAtCursor(Chain chain) {
        return new Submission(deviceId, request, heldBlobs, chain, knownOps);
    }

    public Submission withKnownOps(KnownOps ops) {
        return new Submission(deviceId, request, heldBlobs, chainAtCursor, ops);
    }
}
