package io.tinysync.server.blobs;

import io.tinysync.engine.blob.collection.Reachability;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.journal.NamedBlobs;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What vaults reach: by their trees, each read by its entity behind the fence, and by the entries that are kept. */
public final class VaultReachability implements Reachability {

    private static final Sha256 BEFORE_ALL = Sha256.of(new byte[Sha256.BYTES]);

    /** Blobs that are looked for in one walk through a tree. */
    private static final int GROUP = 20_000;

    private final Vaults vaults;
    private final VaultWork trees;
    private final NamedBlobs named;

    public VaultReachability(Vaults vaults, VaultWork trees, NamedBlobs named) {
        this.vaults = vaults;
        this.trees = trees;
        this.named = named;
    }

    @Override
    public Set<Sha256> reachable(Set<Sha256> asked) throws IOException, InterruptedException {
        Set<Sha256> reached = new HashSet<>();
        for (Vaults.Registration vault : vaults.list()) {
            reached.addAll(reachable(vault.vaultId(), asked));
        }
        return reached;
    }

    /** The tree first: what moves from it into the kept entries alone meanwhile is found there. */
    private Set<Sha256> reachable(VaultId vault, Set<Sha256> asked) throws IOException, InterruptedException {
        Set<Sha256> reached = new HashSet<>(inTree(vault, asked));
        named.catchUp(vault);
        reached.addAll(named.retained(vault, asked));
        return reached;
    }

    private Set<Sha256> inTree(VaultId vault, Set<Sha256> asked) throws IOException {
        try {
            return trees.reached(vault, asked);
        } catch (IllegalStateException e) {
            throw new IOException("the tree of vault " + vault + " cannot be read", e);
        }
    }

    /** Has every vault give up the blobs that it names no longer, so that it does not answer for them. */
    public void dropUnreached() throws IOException, InterruptedException {
        for (Vaults.Registration vault : vaults.list()) {
            named.catchUp(vault.vaultId());
            dropUnreached(vault.vaultId());
        }
    }

    private void dropUnreached(VaultId vault) throws IOException, InterruptedException {
        List<Sha256> old = named.unretained(vault, BEFORE_ALL, GROUP);
        while (!old.isEmpty()) {
            Set<Sha256> unreached = new HashSet<>(old);
            unreached.removeAll(reachable(vault, Set.copyOf(old)));
            named.drop(vault, unreached);
            old = named.unretained(vault, old.getLast(), GROUP);
        }
    }
}
