package io.tinysync.engine.vault;

import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What a vault entity needs from its node.
 *
 * @param node how other nodes call this one; empty until it can be called
 */
public record VaultPorts(
        VaultJournal journal,
        RequestNumbers requestNumbers,
        LogIndex logIndex,
        VaultCatalog catalog,
        CommitListener commits,
        VaultObserver observer,
        VaultMemory memory,
        InstantSource clock,
        Supplier<String> node) {}
