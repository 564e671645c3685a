package io.tinysync.server.entity;

import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import java.util.List;
import java.util.Set;

/**
 * What needs a vault's memory and is done on the node that has it. Calls block for as long as it takes, also to load the vault; what cannot
 * be done now is an {@link IllegalStateException}.
 */
public interface VaultWork {

    /** Most unanswered blobs that are named. */
    int MAX_NAMED = 1_000;

    /** Has the vault forget all deletions up to a seq for good; how many there were. */
    int purge(VaultId vault, long deletedUpTo);

    /** Saves the vault's state and proves it. */
    void save(VaultId vault);

    /** Makes the vault's items anew. */
    void rebuildItems(VaultId vault);

    /** Those of the blobs that the vault's tree reaches, in what lives or can be restored, as of some moment since the call. */
    Set<Sha256> reached(VaultId vault, Set<Sha256> asked);

    /** Blobs that the vault's tree reaches and the vault does not answer for; the first {@link #MAX_NAMED}. */
    List<Sha256> unanswered(VaultId vault);
}
