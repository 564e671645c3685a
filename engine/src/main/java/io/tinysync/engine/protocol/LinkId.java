package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;

/** The identity of a public link, chosen by the server; it is no secret and opens nothing. */
public record LinkId(UUID value) implements Comparable<LinkId> {

    public LinkId {
        Objects.requireNonNull(value, "value");
    }

    /**
     * Reads the canonical lower-case form with hyphens.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator
    public static LinkId parse(String text) {
        return new LinkId(CanonicalUuid.parse(text));
    }

    @Override
    public int compareTo(LinkId other) {
        return CanonicalUuid.ORDER.compare(value, other.value);
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
