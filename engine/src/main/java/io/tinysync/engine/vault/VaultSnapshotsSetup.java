package io.tinysync.engine.vault;

import org.apache.pekko.actor.setup.Setup;

/** Hands {@link VaultSnapshots} to the snapshot store, which Pekko makes by itself; part of the actor system's setup. */
public final class VaultSnapshotsSetup extends Setup {

    private final VaultSnapshots snapshots;

    public VaultSnapshotsSetup(VaultSnapshots snapshots) {
        this.snapshots = snapshots;
    }

    VaultSnapshots snapshots() {
        return snapshots;
    }
}
