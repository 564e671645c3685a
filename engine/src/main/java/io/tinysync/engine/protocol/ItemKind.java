package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** What an item is. */
public enum ItemKind {
    @JsonProperty("file")
    FILE,
    @JsonProperty("folder")
    FOLDER,
    @JsonProperty("symlink")
    SYMLINK,
    /** A kind from a newer server: shown read-only, never sent. */
    @JsonEnumDefaultValue
    @JsonProperty("unknown")
    UNKNOWN
}
