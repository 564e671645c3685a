package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;

/** The identity of a vault, chosen by the server. */
public record VaultId(UUID value) implements Comparable<VaultId> {

    public VaultId {
        Objects.requireNonNull(value, "value");
    }

    /**
     * Reads the canonical lower-case form with hyphens.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator
    public static VaultId parse(String text) {
        return new VaultId(CanonicalUuid.parse(text));
    }

    @Override
    public int compareTo(VaultId other) {
        return CanonicalUuid.ORDER.compare(value, other.value);
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
