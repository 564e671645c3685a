package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;

/** The identity of a group of devices, chosen by the server. */
public record GroupId(UUID value) implements Comparable<GroupId> {

    public GroupId {
        Objects.requireNonNull(value, "value");
    }

    /**
     * Reads the canonical lower-case form with hyphens.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator
    public static GroupId parse(String text) {
        return new GroupId(CanonicalUuid.parse(text));
    }

    @Override
    public int compareTo(GroupId other) {
        return CanonicalUuid.ORDER.compare(value, other.value);
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
