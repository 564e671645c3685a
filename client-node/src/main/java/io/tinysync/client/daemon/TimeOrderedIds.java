package io.tinysync.client.daemon;

import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/** UUIDs of version 7 (RFC 9562 section 5.7): ms since 1970, then 74 random bits. Thread-safe. */
final class TimeOrderedIds implements Ids {

    private static final long VERSION = 7L << 12;
    private static final long VARIANT = 0b10L << 62;
    private static final long RANDOM_A = (1L << 12) - 1;
    private static final long RANDOM_B = (1L << 62) - 1;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    TimeOrderedIds(Clock clock) {
        this.clock = clock;
    }

    @Override
    public OpId newOpId() {
        return new OpId(next());
    }

    @Override
    public ItemId newItemId() {
        return new ItemId(next());
    }

    private UUID next() {
        long first = (clock.millis() << 16) | VERSION | (random.nextLong() & RANDOM_A);
        return new UUID(first, VARIANT | (random.nextLong() & RANDOM_B));
    }
}
