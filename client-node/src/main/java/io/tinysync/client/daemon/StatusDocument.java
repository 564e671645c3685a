package io.tinysync.client.daemon;

import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.device.SyncStatus;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What {@code status --json} prints. */
record StatusDocument(DeviceId deviceId, ServerUrls server, List<Vault> vaults) {

    /**
     * One attached vault.
     *
     * @param state idle, syncing, offline or error
     * @param oldestUnsyncedSeconds the age of the oldest change that is not acknowledged, 0 where there is none
     * @param conflicts conflict copies in the tree; {@code tinysync conflicts} lists them
     * @param errors why what is stuck is stuck, with the paths
     * @param localOnly files whose names keep them on this device
     * @param held files whose bytes were recovered after an unclean stop and are not sent
     */
    record Vault(
            VaultId vaultId,
            String name,
            String mountpoint,
            String state,
            long cursorSeq,
            long headSeq,
            long pendingOps,
            long pendingBytes,
            long oldestUnsyncedSeconds,
            long conflicts,
            List<String> errors,
            long localOnly,
            long held) {

        static Vault of(VaultStatus vault, Path mountpoint, SyncStatus status, long nowMs) {
            long ageMs = status.oldestUnsyncedMs() == 0 ? 0 : Math.max(0, nowMs - status.oldestUnsyncedMs());
            return new Vault(
                    vault.vaultId(),
                    vault.name(),
                    mountpoint.toString(),
                    status.state().name().toLowerCase(Locale.ROOT),
                    status.cursorSeq(),
                    status.headSeq(),
                    status.pendingOps(),
                    status.pendingBytes(),
                    Duration.ofMillis(ageMs).toSeconds(),
                    status.conflicts(),
                    status.errors(),
                    status.localOnly(),
                    status.held());
        }
    }
}
