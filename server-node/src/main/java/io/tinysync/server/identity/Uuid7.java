package io.tinysync.server.identity;

import java.security.SecureRandom;
import java.util.UUID;

/** Makes UUIDs of version 7 (RFC 9562 section 5.7): the time in ms, then 74 random bits. Thread-safe. */
public final class Uuid7 {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private Uuid7() {}

    public static UUID next() {
        long high = (System.currentTimeMillis() << 16) | VERSION | (RANDOM.nextLong() & 0xFFFL);
        long low = VARIANT | (RANDOM.nextLong() >>> 2);
        return new UUID(high, low);
    }
}
