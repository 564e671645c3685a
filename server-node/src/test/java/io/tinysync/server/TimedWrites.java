package io.tinysync.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.VaultId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Changes a vault by one request after the other, and knows how long each took. For one thread. */
final class TimedWrites {

    private final ApiClient api;
    private final VaultId vault;
    private final AtomicLong requestNo;

    /** @param requestNo the device's last */
    TimedWrites(ApiClient api, VaultId vault, AtomicLong requestNo) {
        this.api = api;
        this.vault = vault;
        this.requestNo = requestNo;
    }

    /** How long the writes of some time took. */
    record Times(List<Long> nanos) {

        int count() {
            return nanos.size();
        }

        long slowestMs() {
            return atMs(1);
        }

        private long atMs(double part) {
            List<Long> sorted = nanos.stream().sorted().toList();
            return TimeUnit.NANOSECONDS.toMillis(sorted.get((int) (part * (sorted.size() - 1))));
        }

        @Override
        public String toString() {
            return nanos.size() + " writes, median " + atMs(0.5) + " ms, 99 in 100 within " + atMs(0.99)
                    + " ms, slowest " + slowestMs() + " ms";
        }
    }

    /** Makes ops, each another. */
    @FunctionalInterface
    interface Ops {
        Op next();
    }

    /** A condition that ends the writing. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Writes one op a request until a condition holds. */
    Times until(Condition enough, Ops ops) throws Exception {
        List<Long> nanos = new ArrayList<>();
        while (!enough.holds()) {
            Op op = ops.next();
            long began = System.nanoTime();
            write(op);
            nanos.add(System.nanoTime() - began);
        }
        return new Times(nanos);
    }

    /** One request; the seq of its last entry. */
    long write(Op... ops) {
        JsonNode results = api.mutate(vault, Cursor.START, requestNo.incrementAndGet(), ops)
                .expect(200)
                .json()
                .path("results");
        for (JsonNode result : results) {
            if (!result.path("status").asText().equals("accepted")) {
                throw new AssertionError(result.toString());
            }
        }
        return results.get(ops.length - 1).path("seq").asLong();
    }
}
