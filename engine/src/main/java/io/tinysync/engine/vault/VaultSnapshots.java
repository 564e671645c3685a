package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.VaultId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.util.ByteString;

/**
 * Where the states of vaults are kept, so that recovery need not replay whole logs. Nothing but speed depends on it: no event is
 * deleted for it. Safe for any thread.
 */
public interface VaultSnapshots {

    /**
     * A stored state.
     *
     * @param seq of the last entry in it
     * @param bytes as {@link #save} got them; about 100 bytes an item
     */
    record Stored(long seq, ByteString bytes) {}

    /** How many states of a vault are kept: one more than is needed, for the case that the newest cannot be read. */
    int KEPT = 2;

    /** Stores a state, whole or not at all, and deletes all but the {@link #KEPT} newest. A state of the same seq is replaced. */
    CompletionStage<Void> save(VaultId vaultId, Stored state);

    /** The newest state of a vault with a seq of at most {@code maxSeq}. */
    CompletionStage<Optional<Stored>> newest(VaultId vaultId, long maxSeq);
}
