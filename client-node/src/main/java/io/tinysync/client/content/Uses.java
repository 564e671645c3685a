package io.tinysync.client.content;

import io.tinysync.engine.protocol.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Which contents must stay for now, beside those that records name: open ones, and sealed ones not recorded yet. Thread-safe. */
final class Uses {

    /** So that a content that is being dropped, which asks the store, holds up few others. */
    private static final int STRIPES = 64;

    private final List<Stripe> stripes =
            Stream.generate(Stripe::new).limit(STRIPES).toList();

    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<Sha256, Integer> counts = new HashMap<>();
    }

    private Stripe stripe(Sha256 sha256) {
        return stripes.get(Math.floorMod(sha256.hashCode(), STRIPES));
    }

    void begin(Sha256 sha256) {
        Stripe stripe = stripe(sha256);
        stripe.lock.lock();
        try {
            stripe.counts.merge(sha256, 1, Integer::sum);
        } finally {
            stripe.lock.unlock();
        }
    }

    void end(Sha256 sha256) {
        Stripe stripe = stripe(sha256);
        stripe.lock.lock();
        try {
            stripe.counts.computeIfPresent(sha256, (_, count) -> count == 1 ? null : count - 1);
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Acts on a content that is not used, and lets no use of it begin meanwhile; empty, and nothing done, if it is used. */
    <T> Optional<T> unlessUsed(Sha256 sha256, Supplier<T> act) {
        Stripe stripe = stripe(sha256);
        stripe.lock.lock();
        try {
            return stripe.counts.containsKey(sha256) ? Optional.empty() : Optional.of(act.get());
        } finally {
            stripe.lock.unlock();
        }
    }
}
