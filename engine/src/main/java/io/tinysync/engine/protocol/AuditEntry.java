package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was done to devices, groups, grants, vaults, public links or deleted items: who did what to which of them, when and from where.
 *
 * @param auditId higher than that of every entry before
 * @param at when the server noted it (ISO 8601)
 * @param actorDeviceId of a device that did it; of {@link AuditAction#DEVICE_PAIRED} the one that had made the code
 * @param address the IP address from which the request came; {@code unknown} of a restore that a server of before this one took
 * @param deviceId what it was done to, as are {@code groupId}, {@code vaultId}, {@code linkId} and {@code itemId}
 * @param name of what was made, as it was then
 */
public record AuditEntry(
        long auditId,
        String at,
        Actor actor,
        @Nullable DeviceId actorDeviceId,
        String address,
        AuditAction action,
        @Nullable DeviceId deviceId,
        @Nullable GroupId groupId,
        @Nullable VaultId vaultId,
        @Nullable LinkId linkId,
        @Nullable ItemId itemId,
        @Nullable String name) {

    /** Who does things. */
    public enum Actor {
        /** Nobody that the server knows, where registration is open. */
        @JsonProperty("anonymous")
        ANONYMOUS,
        @JsonProperty("device")
        DEVICE,
        @JsonProperty("admin")
        ADMIN
    }
}
