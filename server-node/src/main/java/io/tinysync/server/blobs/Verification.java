package io.tinysync.server.blobs;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Maintenance.Damage;
import io.tinysync.engine.protocol.Maintenance.VerifyReport;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.journal.NamedBlobs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads every blob that any vault reaches to its end, and says which are missing or are not what they are named after. */
final class Verification {

    /** Damaged blobs that a report names; it counts all. */
    private static final int MAX_NAMED = 1_000;

    /** Blobs in one question to the database. */
    private static final int STEP = 1_000;

    private final StoreView store;
    private final Vaults vaults;
    private final VaultWork trees;
    private final NamedBlobs named;
    private final List<Damage> damages = new ArrayList<>();
    private long blobs;
    private long bytes;
    private long damaged;

    Verification(StoreView store, Vaults vaults, VaultWork trees, NamedBlobs named) {
        this.store = store;
        this.vaults = vaults;
        this.trees = trees;
        this.named = named;
    }

    /** Fails if the store or a vault cannot be read: then nothing is known. */
    VerifyReport run() throws IOException, InterruptedException {
        for (Vaults.Registration vault : vaults.list()) {
            checkTree(vault.vaultId());
        }
        List<NamedBlobs.Named> page = named.page(Optional.empty(), STEP);
        while (!page.isEmpty()) {
            for (NamedBlobs.Named blob : page) {
                check(blob);
            }
            page = named.page(Optional.of(page.getLast().id()), STEP);
        }
        return new VerifyReport(blobs, bytes, damaged, damages);
    }

    /** What the tree names must be known as named, or the vault would not answer for it. */
    private void checkTree(VaultId vault) throws IOException {
        try {
            trees.unanswered(vault)
                    .forEach(id -> note(id, List.of(vault), "an item names it, and the vault does not answer for it"));
        } catch (IllegalStateException e) {
            throw new IOException("the tree of vault " + vault + " cannot be read", e);
        }
    }

    private void check(NamedBlobs.Named blob) throws IOException {
        Optional<Leaves> stored = store.readWhole(blob.id());
        blobs++;
        bytes += blob.size();
        if (stored.isEmpty()) {
            note(blob.id(), blob.vaults(), "missing");
        } else if (!stored.get().sha256().equals(blob.id())) {
            note(
                    blob.id(),
                    blob.vaults(),
                    "its " + stored.get().size() + " bytes have the hash "
                            + stored.get().sha256());
        } else if (stored.get().size() != blob.size()) {
            note(blob.id(), blob.vaults(), "it has " + stored.get().size() + " bytes, not " + blob.size());
        }
    }

    private void note(Sha256 id, List<VaultId> of, String what) {
        damaged++;
        if (damages.size() < MAX_NAMED) {
            damages.add(new Damage(id, of, what));
        }
    }
}
