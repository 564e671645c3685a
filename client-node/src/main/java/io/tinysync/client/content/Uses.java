package io.tinysync.client.content;

import io.tinysync.engine.protocol.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
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

    boolean isUsed(Sha256 sha256) {
        Stripe stripe = stripe(sha256);
        stripe.lock.lock();
        try {
            return stripe.counts.containsKey(sha256);
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Acts on a content that is not used, and lets no use of it begin meanwhile; false if it is used. */
    boolean unlessUsed(Sha256 sha256, BooleanSupplier act) {
        Stripe stripe = stripe(sha256);
        stripe.lock.lock();
        try {
            return !stripe.counts.containsKey(sha256) && act.getAsBoolean();
        } finally {
            stripe.lock.unlock();
        }
    }
}
