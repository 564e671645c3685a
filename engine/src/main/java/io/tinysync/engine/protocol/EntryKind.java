package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an entry of the change log records. */
public enum EntryKind {
    CREATE_FILE,
    CREATE_FOLDER,
    CREATE_SYMLINK,
    UPDATE_CONTENT,
    MOVE_RENAME,
    SET_METADATA,
    DELETE,
    DELETE_SUBTREE,
    RESTORE,
    /** A tombstone is forgotten at the end of the retention window. */
    PURGE,
    /** A new epoch begins here. */
    EPOCH,
    /** A kind from a newer server: applied by its {@link Scope}. */
    UNKNOWN;

    @JsonCreator
    public static EntryKind parse(String text) {
        for (EntryKind kind : values()) {
            if (kind.toString().equals(text)) {
                return kind;
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
