package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import java.util.Objects;
import java.util.UUID;

/**
 * Names the bytes of a file that are in no content yet: those that a program is writing, and what is held of them after an unclean
 * stop. Made anew whenever a file gets its first writer, and never used again: so that the bytes follow their file when it goes on
 * under another item's id, and belong to nobody who has the old one later.
 */
public record BytesId(UUID value) {

    /** Of bytes that no record names, such as those of a file that has lost its name. */
    public static final BytesId NONE = new BytesId(new UUID(0, 0));

    public BytesId {
        Objects.requireNonNull(value, "value");
    }

    /**
     * Reads the canonical lower-case form with hyphens.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static BytesId parse(String text) {
        return new BytesId(ItemId.parse(text).value());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
