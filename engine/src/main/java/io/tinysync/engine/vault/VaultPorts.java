package io.tinysync.engine.vault;

import java.time.InstantSource;

/** What a vault entity needs from its node. */
public record VaultPorts(
        VaultJournal journal,
        RequestNumbers requestNumbers,
        LogIndex logIndex,
        VaultCatalog catalog,
        CommitListener commits,
        InstantSource clock) {}
