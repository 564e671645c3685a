package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a vault refused an op. */
public enum RejectionCode {
    /** The base is not the item's version any more. */
    VERSION_CONFLICT,
    /** Another live item in that folder has this name's key. */
    NAME_TAKEN,
    /** The folder does not exist, is a tombstone, or is no folder. */
    PARENT_MISSING,
    /** The item does not exist or is a tombstone (for a restore: is no tombstone). */
    ITEM_MISSING,
    /** The id of a create is already that of an item or tombstone. */
    ITEM_EXISTS,
    /** The new folder is the item itself or below it. */
    CYCLE,
    /** The name policy forbids this name. */
    INVALID_NAME,
    /** Delete of a folder that holds live items. */
    NOT_EMPTY,
    /** Something below the folder is newer or more than its deleter had seen. */
    SUBTREE_CHANGED,
    /** An op that this one needs was not accepted. */
    DEPENDENCY_REJECTED,
    /** This vault holds no such blob, and this device has not sent its bytes here. */
    BLOB_MISSING,
    /** Over a limit of size or depth. */
    TOO_LARGE,
    /** Over the vault's quota. */
    QUOTA_EXCEEDED,
    /** Stopped for a person to decide. */
    HELD,
    /** This op_id was accepted with another body. */
    OP_ID_REUSED,
    /** A code from a newer server: the op stays pending and is repeated with backoff. */
    UNKNOWN;

    @JsonCreator
    public static RejectionCode parse(String text) {
        for (RejectionCode code : values()) {
            if (code.toString().equals(text)) {
                return code;
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
