package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.vault.core.KnownOps;
import io.tinysync.engine.vault.core.VaultState;
import java.util.Map;
import java.util.Optional;

/** What the parts of a vault's entity tell its front. */
sealed interface VaultSignal extends VaultCommand {

    /** The catalog answered. */
    record SettingsRead(VaultSettings settings) implements VaultSignal {}

    /** The ledger has replayed the journal. */
    record Recovered(VaultState state) implements VaultSignal {}

    /** The recorded request numbers were read. */
    record NumbersRead(Map<DeviceId, Long> numbers) implements VaultSignal {}

    /** The ledger has committed a group. */
    record Appended(VaultState state) implements VaultSignal {}

    /** The ledger has stopped: the journal failed, or another incarnation was first. */
    record LedgerStopped() implements VaultSignal {}

    /** Request numbers of a group were recorded, or not, since the journal's head was another. */
    record Recorded(boolean atHead) implements VaultSignal {}

    /** The journal's highest seq. */
    record HeadRead(long seq) implements VaultSignal {}

    /** The chain that a submission's cursor is to be compared with. */
    record ChainRead(Submit submit, Optional<Chain> chain) implements VaultSignal {}

    /** The chain could not be read. */
    record ChainUnread(Submit submit, String reason) implements VaultSignal {}

    /** What the log index says of the ops that a submission names. */
    record OpsFound(Submit submit, KnownOps ops) implements VaultSignal {}

    /** The log index did not answer. */
    record OpsUnknown(Submit submit, String reason) implements VaultSignal {}

    /** Up to where the log index has every entry; read before the ledger starts. */
    record IndexRead(long seq) implements VaultSignal {}

    /** Up to where the log index has every entry after it was asked to catch up; -1 if it did not answer. */
    record Indexed(long seq) implements VaultSignal {}

    /** A port did not answer what the front waits for. */
    record PortFailed(String reason) implements VaultSignal {}

    /** The pause after a failure is over. */
    record Retry() implements VaultSignal {}
}
