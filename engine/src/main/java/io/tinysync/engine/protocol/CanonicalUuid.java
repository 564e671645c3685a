package io.tinysync.engine.protocol;

import java.util.Comparator;
import java.util.UUID;

/** The one textual form of a UUID that the wire accepts: 36 characters, lower case, with hyphens (RFC 9562 section 4). */
final class CanonicalUuid {

    /** Byte order, which for UUIDv7 is the order of creation; {@link UUID#compareTo} is signed and is not. */
    static final Comparator<UUID> ORDER = (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };

    private CanonicalUuid() {}

    static UUID parse(String text) {
        if (text.length() == 36) {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equals(text)) {
                return uuid;
            }
        }
        String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        throw new IllegalArgumentException("'" + shown + "' is not a UUID in lower-case canonical form");
    }
}
