package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which names a vault takes; fixed for its life. */
public enum NamePolicy {
    /** Names that every desktop system can hold, unique without regard to case and composition. */
    @JsonProperty("portable")
    PORTABLE,
    /** Any valid UTF-8 without slash and NUL, case-sensitive. */
    @JsonProperty("posix")
    POSIX
}
