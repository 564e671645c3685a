package io.tinysync.server.http;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.blobs.BlobCare;
import io.tinysync.server.blobs.BlobLeases;
import io.tinysync.server.metrics.Metrics;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings blobs past the collection: bytes go to the store while their blob is live, and count once that is noted. */
final class Arrivals {

    /** How long bytes wait for the deletion of their blob: below the silence after which a device gives up. Then it comes again. */
    private static final Duration GOING = Duration.ofSeconds(20);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final BlobStore store;
    private final BlobLeases leases;
    private final BlobCare care;
    private final Metrics metrics;

    Arrivals(BlobStore store, BlobLeases leases, BlobCare care, Metrics metrics) {
        this.store = store;
        this.leases = leases;
        this.care = care;
        this.metrics = metrics;
    }

    /** Bytes that are on their way to the store. */
    final class Arrival {
        private final VaultId vault;
        private final DeviceId device;
        private final Sha256 id;
        private final long begunNanos = System.nanoTime();

        private Arrival(VaultId vault, DeviceId device, Sha256 id) {
            this.vault = vault;
            this.device = device;
            this.id = id;
        }

        /**
         * Notes that the store has them.
         *
         * @throws ProblemException if they must come again, since the blob was deleted meanwhile
         */
        void stored(long size) throws InterruptedException {
            if (!leases.arrived(vault, device, id, size)) {
                throw beingDeleted();
            }
            if (leases.tookLong(Duration.ofNanos(System.nanoTime() - begunNanos)) && !isThere(id)) {
                throw beingDeleted();
            }
        }
    }

    /**
     * Lets bytes of a blob go to the store; if the blob is being deleted, once it is gone.
     *
     * @throws ProblemException if that takes too long: they are to come later
     */
    Arrival begin(VaultId vault, DeviceId device, Sha256 id) throws InterruptedException {
        if (!leases.mayCome(id)) {
            metrics.blobWaits(() -> awaitDeletion(id));
        }
        return new Arrival(vault, device, id);
    }

    private void awaitDeletion(Sha256 id) throws InterruptedException {
        care.takeOverDeletion(id);
        long begunNanos = System.nanoTime();
        while (!leases.mayCome(id)) {
            if (System.nanoTime() - begunNanos > GOING.toNanos()) {
                throw beingDeleted();
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /** Whether a blob is there and may be named for as long as a lease; of one that is about to go the bytes must come again. */
    boolean isKept(Sha256 id) throws InterruptedException {
        return leases.lease(Set.of(id)).isEmpty() && isThere(id);
    }

    private boolean isThere(Sha256 id) throws InterruptedException {
        return StoreAnswers.result(store.stat(id), "find", id).isPresent();
    }

    /** Bytes of several blobs that are on their way to the store together. */
    final class Group {
        private final VaultId vault;
        private final DeviceId device;
        private final Set<Sha256> refused;
        private final Set<Sha256> lost = new HashSet<>();
        private final long begunNanos;

        private Group(VaultId vault, DeviceId device, Set<Sha256> refused, long begunNanos) {
            this.vault = vault;
            this.device = device;
            this.refused = refused;
            this.begunNanos = begunNanos;
        }

        /** Whether the blob was being deleted from the beginning on, and its bytes may not go to the store. */
        boolean wasRefused(Sha256 id) {
            return refused.contains(id);
        }

        /** Why the blob's bytes must come again, as far as is known; empty if nothing came in between. */
        Optional<ProblemException> problem(Sha256 id) {
            return refused.contains(id) || lost.contains(id) ? Optional.of(beingDeleted()) : Optional.empty();
        }

        /**
         * Notes that the store has these, in one transaction.
         *
         * @param sizes in bytes
         */
        void stored(Map<Sha256, Long> sizes) throws InterruptedException {
            lost.addAll(leases.notArrived(vault, device, sizes));
            if (leases.tookLong(Duration.ofNanos(System.nanoTime() - begunNanos))) {
                for (Sha256 id : sizes.keySet()) {
                    if (!isThere(id)) {
                        lost.add(id);
                    }
                }
            }
        }
    }

    /** Lets bytes of several blobs go to the store, but for those that are being deleted, which are not waited for. */
    Group beginAll(VaultId vault, DeviceId device, Set<Sha256> ids) {
        long begunNanos = System.nanoTime();
        return new Group(vault, device, leases.mayNotCome(ids), begunNanos);
    }

    private static ProblemException beingDeleted() {
        return new ProblemException(ProblemCode.UNAVAILABLE, "the blob is being deleted, and may be sent again then");
    }
}
