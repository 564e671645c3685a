package io.tinysync.engine.blob.collection;

import io.tinysync.engine.blob.StoredBlob;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The states of blobs. Every call is one transaction, decided by {@link CollectionRules}; what fails has changed nothing. Blocking.
 */
public interface BlobLedger {

    /** A deletion that is carried out while the blob's state is locked. */
    @FunctionalInterface
    interface Deletion {
        void run() throws IOException;
    }

    /** Condemns those that may be; which they were. */
    List<Sha256> condemn(Collection<StoredBlob> blobs);

    /** Those of them that {@link #condemn} would take. */
    List<Sha256> condemnable(Collection<StoredBlob> blobs);

    /** Some of the blobs that have been condemned for long enough, after this one in the order of ids; empty at the end. */
    List<Sha256> ripe(Sha256 after, int limit);

    /** Makes those live that are condemned: something reaches them. */
    void spare(Set<Sha256> blobs);

    /** Marks those as deleting that are still condemned for long enough, and takes them out of all vaults; which they were. */
    List<Sha256> doom(Set<Sha256> blobs);

    /** Blobs whose deletion was begun and, it seems, given up. */
    List<Sha256> abandoned(int limit);

    /**
     * Carries a deletion out if the blob is deleting and nobody else is at it, and forgets the blob.
     *
     * @return false if there was nothing to do
     */
    boolean delete(Sha256 blob, Deletion deletion) throws IOException;

    /** Forgets leases that are over. */
    void forgetLeases();
}
