package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an entry of the audit tells of. */
public enum AuditAction {
    DEVICE_REGISTERED,
    /** A device joined the groups of the one that had made its pairing code. */
    DEVICE_PAIRED,
    DEVICE_REVOKED,
    /** A device made a code by which another one may join its groups. */
    PAIRING_CREATED,
    GROUP_CREATED,
    GROUP_DELETED,
    DEVICE_ADDED_TO_GROUP,
    DEVICE_REMOVED_FROM_GROUP,
    VAULT_CREATED,
    VAULT_QUOTA_CHANGED,
    VAULT_GRANTED_TO_GROUP,
    VAULT_WITHDRAWN_FROM_GROUP,
    /** A device made a public link. */
    LINK_CREATED,
    LINK_REVOKED,
    /** A device undid a deletion. */
    ITEM_RESTORED,
    /** An action from a newer server. */
    UNKNOWN;

    @JsonCreator
    public static AuditAction parse(String text) {
        for (AuditAction action : values()) {
            if (action.toString().equals(text)) {
                return action;
            }
        }
        return UNKNOWN;
    }

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
