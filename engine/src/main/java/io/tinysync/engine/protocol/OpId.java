package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;

/** The identity of one requested mutation: a UUIDv7 chosen by the device, durable there before it is first sent. */
public record OpId(UUID value) implements Comparable<OpId> {

    public OpId {
        Objects.requireNonNull(value, "value");
    }

    /**
     * Reads the canonical lower-case form with hyphens.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator
    public static OpId parse(String text) {
        return new OpId(CanonicalUuid.parse(text));
    }

    @Override
    public int compareTo(OpId other) {
        return CanonicalUuid.ORDER.compare(value, other.value);
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
