package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Limits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often each device may ask this node: a bucket of tokens each, that fills evenly and holds what a device may ask at once. Thread-safe;
 * in memory, of a bounded number of devices.
 */
final class DeviceRates {

    /** Of devices; beyond that the one is forgotten, and its bucket full, that asked the longest ago. */
    private static final int MAX_BUCKETS = 50_000;

    private final int perSecond;
    private final LongSupplier nanos;
    private final Map<DeviceId, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DeviceId, Bucket> eldest) {
            return size() > MAX_BUCKETS;
        }
    };

    /**
     * @param perSecond 0: any number
     * @param nanos a clock that only goes forward
     */
    DeviceRates(int perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
    }

    private record Bucket(double tokens, long at) {}

    /** Takes a token; if none is there, how long it takes until one is. */
    Optional<Duration> take(DeviceId device) {
        return perSecond == 0 ? Optional.empty() : taken(device);
    }

    private synchronized Optional<Duration> taken(DeviceId device) {
        long now = nanos.getAsLong();
        double tokens = tokens(buckets.get(device), now);
        boolean isThere = tokens >= 1;
        buckets.put(device, new Bucket(isThere ? tokens - 1 : tokens, now));
        return isThere ? Optional.empty() : Optional.of(Duration.ofNanos((long) ((1 - tokens) / perSecond * 1e9) + 1));
    }

    private double tokens(@Nullable Bucket bucket, long now) {
        double most = (double) perSecond * Limits.REQUESTS_AT_ONCE_SECONDS;
        return bucket == null ? most : Math.min(most, bucket.tokens() + (now - bucket.at()) / 1e9 * perSecond);
    }
}
