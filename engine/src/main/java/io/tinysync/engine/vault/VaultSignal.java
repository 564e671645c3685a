package io.tinysync.engine.vault;

/** What the parts of a vault's entity tell it. */
sealed interface VaultSignal extends VaultCommand {
    record Placeholder() implements VaultSignal {}
}
