package io.tinysync.engine.vault;

import org.apache.pekko.actor.setup.Setup;

/** Hands the {@link StateSaver} to the snapshot store, which Pekko makes by itself; part of the actor system's setup. */
public final class VaultSnapshotsSetup extends Setup {

    private final StateSaver saver;

    public VaultSnapshotsSetup(StateSaver saver) {
        this.saver = saver;
    }

    StateSaver saver() {
        return saver;
    }
}
