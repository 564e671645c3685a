package io.tinysync.server.http;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.blobs.BlobCare;
import io.tinysync.server.blobs.BlobLeases;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Brings blobs past the collection: bytes go to the store while their blob is live, and count once that is noted. */
final class Arrivals {

    private final BlobStore store;
    private final BlobLeases leases;
    private final BlobCare care;

    Arrivals(BlobStore store, BlobLeases leases, BlobCare care) {
        this.store = store;
        this.leases = leases;
        this.care = care;
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
     * Lets bytes of a blob go to the store.
     *
     * @throws ProblemException if the blob is being deleted: they are to come later
     */
    Arrival begin(VaultId vault, DeviceId device, Sha256 id) {
        if (!leases.mayCome(id)) {
            endDeletion(id);
        }
        if (!leases.mayCome(id)) {
            throw beingDeleted();
        }
        return new Arrival(vault, device, id);
    }

    /** A deletion that nobody is at any more would be in the way until the next run. */
    private void endDeletion(Sha256 id) {
        try {
            care.endDeletion(id);
        } catch (IOException e) {
            throw new ProblemException(
                    ProblemCode.UNAVAILABLE, "the blob is being deleted, and the store does not answer");
        }
    }

    /** Whether a blob is there and may be named for as long as a lease; of one that is about to go the bytes must come again. */
    boolean isKept(Sha256 id) throws InterruptedException {
        return leases.lease(Set.of(id)).isEmpty() && isThere(id);
    }

    private boolean isThere(Sha256 id) throws InterruptedException {
        return StoreAnswers.result(store.stat(id), "find", id).isPresent();
    }

    private static ProblemException beingDeleted() {
        return new ProblemException(ProblemCode.UNAVAILABLE, "the blob is being deleted, and may be sent again then");
    }
}
