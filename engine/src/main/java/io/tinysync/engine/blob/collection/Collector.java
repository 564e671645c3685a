package io.tinysync.engine.blob.collection;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.blob.StoredBlob;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run: ends deletions that were begun, deletes what has been condemned for long enough and is still unreachable, and condemns what
 * nothing seems to name. Whatever fails ends the run; all that it has done so far is consistent, and the next one goes on from there.
 */
public final class Collector {

    /** Blobs whose reachability is found out at once; for each such group the trees of all vaults are walked. */
    private static final int GROUP = 20_000;

    /** Blobs in one transaction. */
    private static final int STEP = 1_000;

    /** Blobs that are marked as deleting at once: whoever brings the bytes of the last one waits for all of them. */
    private static final int DOOMED = 50;

    private static final Sha256 BEFORE_ALL = Sha256.of(new byte[Sha256.BYTES]);

    private final StoredBlobs store;
    private final BlobLedger ledger;
    private final Reachability reachability;

    public Collector(StoredBlobs store, BlobLedger ledger, Reachability reachability) {
        this.store = store;
        this.ledger = ledger;
        this.reachability = reachability;
    }

    /**
     * Makes the run.
     *
     * @param dryRun to change nothing, and only tell what would be done
     */
    public CollectionReport run(boolean dryRun) throws IOException, InterruptedException {
        Count count = new Count();
        if (!dryRun) {
            endDeletions(count);
        }
        deleteRipe(dryRun, count);
        for (int slice = 0; slice < BlobStore.SLICES; slice++) {
            condemn(store.list(slice), dryRun, count);
        }
        if (!dryRun) {
            ledger.forgetLeases();
        }
        return count.report(dryRun);
    }

    private void endDeletions(Count count) throws IOException {
        for (List<Sha256> left = ledger.abandoned(STEP); !left.isEmpty(); left = ledger.abandoned(STEP)) {
            for (Sha256 id : left) {
                delete(id, count);
            }
        }
    }

    private void delete(Sha256 id, Count count) throws IOException {
        if (ledger.delete(id, () -> store.delete(id))) {
            count.deleted++;
        }
    }

    /** The position at which vaults are read comes after the blobs were seen to be condemned for long enough. */
    private void deleteRipe(boolean dryRun, Count count) throws IOException, InterruptedException {
        Sha256 after = BEFORE_ALL;
        for (List<Sha256> ripe = ledger.ripe(after, GROUP); !ripe.isEmpty(); ripe = ledger.ripe(after, GROUP)) {
            after = ripe.getLast();
            Set<Sha256> reached = reachability.reachable(Set.copyOf(ripe));
            Set<Sha256> unreachable = new HashSet<>(ripe);
            unreachable.removeAll(reached);
            count.spared += ripe.size() - unreachable.size();
            if (dryRun) {
                count.deleted += unreachable.size();
            } else {
                ledger.spare(reached);
                deleteAll(List.copyOf(unreachable), count);
            }
        }
    }

    private void deleteAll(List<Sha256> unreachable, Count count) throws IOException {
        for (int from = 0; from < unreachable.size(); from += DOOMED) {
            List<Sha256> step = unreachable.subList(from, Math.min(from + DOOMED, unreachable.size()));
            for (Sha256 id : ledger.doom(Set.copyOf(step))) {
                delete(id, count);
            }
        }
    }

    private void condemn(List<StoredBlob> blobs, boolean dryRun, Count count) {
        for (int from = 0; from < blobs.size(); from += STEP) {
            List<StoredBlob> step = blobs.subList(from, Math.min(from + STEP, blobs.size()));
            count.stored(step);
            count.condemned(step, dryRun ? ledger.condemnable(step) : ledger.condemn(step));
        }
    }

    /** Adds up a report. */
    private static final class Count {
        private long stored;
        private long storedBytes;
        private long condemned;
        private long condemnedBytes;
        private long spared;
        private long deleted;

        void stored(List<StoredBlob> blobs) {
            stored += blobs.size();
            blobs.forEach(blob -> storedBytes += blob.size());
        }

        void condemned(List<StoredBlob> of, List<Sha256> ids) {
            Map<Sha256, Long> sizes = new HashMap<>();
            of.forEach(blob -> sizes.put(blob.id(), blob.size()));
            condemned += ids.size();
            ids.forEach(id -> condemnedBytes += sizes.getOrDefault(id, 0L));
        }

        CollectionReport report(boolean dryRun) {
            return new CollectionReport(dryRun, stored, storedBytes, condemned, condemnedBytes, spared, deleted);
        }
    }
}
