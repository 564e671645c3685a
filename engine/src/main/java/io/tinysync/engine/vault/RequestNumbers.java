package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.VaultId;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * The highest request numbers of those requests of which no op took effect; those of the others are in the journal's events. Safe
 * for any thread.
 */
public interface RequestNumbers {

    /** What was recorded for a vault; a device without a record is absent. */
    CompletionStage<Map<DeviceId, Long>> load(VaultId vaultId);

    /**
     * Makes request numbers durable if the journal's highest seq is still the one expected, in one transaction that sees all that
     * was committed when it began: so it is also the proof that the caller is not stale. A number never lowers a recorded one.
     * Repeating it is harmless.
     *
     * @param requestNumbers at least one
     * @return whether they are recorded; false, with nothing changed, if the journal's highest seq is another
     */
    CompletionStage<Boolean> record(VaultId vaultId, Map<DeviceId, Long> requestNumbers, long expectedHeadSeq);
}
