package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The identity of an item for ever: a UUIDv7 chosen by the creating device, unique in its vault. */
public record ItemId(UUID value) implements Comparable<ItemId> {

    /** The synthetic root folder of every vault: the nil UUID, which no created item may carry. */
    public static final ItemId ROOT = new ItemId(new UUID(0, 0));

    public ItemId {
        Objects.requireNonNull(value, "value");
    }

    /**
     * Reads the canonical lower-case form with hyphens.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator
    public static ItemId parse(String text) {
        return new ItemId(CanonicalUuid.parse(text));
    }

    /** Whether this is the synthetic root folder. */
    @JsonIgnore
    public boolean isRoot() {
        return value.equals(ROOT.value);
    }

    @Override
    public int compareTo(ItemId other) {
        return CanonicalUuid.ORDER.compare(value, other.value);
    }

    /** What a record does by itself, but fast also where the JVM has its first compiler only: ids are the keys of most maps. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ItemId that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
