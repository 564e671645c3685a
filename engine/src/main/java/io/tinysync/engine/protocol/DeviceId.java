package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;

/** The identity of one registration of one user's machine, chosen by the server. */
public record DeviceId(UUID value) implements Comparable<DeviceId> {

    public DeviceId {
        Objects.requireNonNull(value, "value");
    }

    /**
     * Reads the canonical lower-case form with hyphens.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator
    public static DeviceId parse(String text) {
        return new DeviceId(CanonicalUuid.parse(text));
    }

    @Override
    public int compareTo(DeviceId other) {
        return CanonicalUuid.ORDER.compare(value, other.value);
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
