package io.tinysync.engine.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of devices, groups, grants and vaults: what an administrator and a registering device exchange with the server. */
public final class Management {

    private static final int MAX_DISPLAY_NAME = 100;

    /** Every integer of the protocol stays below 2^53. */
    private static final long MAX_QUOTA = (1L << 53) - 1;

    private Management() {}

    /**
     * Asks for a new device.
     *
     * @param pairingCode of a device whose groups the new one is to join
     */
    public record RegisterDevice(
            String displayName, @Nullable PairingCode pairingCode) {
        public RegisterDevice {
            checkName(displayName, "display_name");
        }

        public RegisterDevice(String displayName) {
            this(displayName, null);
        }
    }

    /** A code by which one new device may join the groups of the one that asked for it, until it expires (ISO 8601). */
    public record Pairing(PairingCode code, String expiresAt) {}

    /** The one time that a token is shown: {@code tsdev_{device_id}_{secret}}. */
    public record RegisteredDevice(DeviceId deviceId, String token) {}

    public record DeviceStatus(
            DeviceId deviceId,
            String displayName,
            String createdAt,
            @Nullable String lastSeenAt,
            boolean revoked) {}

    public record DeviceList(List<DeviceStatus> devices) {}

    public record CreateGroup(String name) {
        public CreateGroup {
            checkName(name, "name");
        }
    }

    public record GroupStatus(GroupId groupId, String name, List<DeviceId> devices, List<VaultId> vaults) {}

    public record GroupList(List<GroupStatus> groups) {}

    public record CreateVault(String name, @Nullable NamePolicy namePolicy) {
        public CreateVault {
            checkName(name, "name");
        }
    }

    /**
     * What a vault may hold from now on; what it holds already stays.
     *
     * @param quotaBytes all live files together; 0 without a limit, absent as the server's settings have it
     * @param quotaItems live items, likewise
     */
    public record SetQuota(
            @Nullable Long quotaBytes, @Nullable Long quotaItems) {
        public SetQuota {
            checkQuota(quotaBytes, "quota_bytes");
            checkQuota(quotaItems, "quota_items");
        }

        private static void checkQuota(@Nullable Long quota, String field) {
            if (quota != null && (quota < 0 || quota > MAX_QUOTA)) {
                throw new IllegalArgumentException(field + " must be between 0 and " + MAX_QUOTA);
            }
        }
    }

    public record VaultList(List<VaultStatus> vaults) {}

    public record ProjectionList(List<ProjectionStatus> projections) {}

    private static void checkName(String name, String field) {
        Require.present(name, field);
        if (name.isBlank() || name.length() > MAX_DISPLAY_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    field + " must have 1 to " + MAX_DISPLAY_NAME + " characters and no control characters");
        }
    }
}
