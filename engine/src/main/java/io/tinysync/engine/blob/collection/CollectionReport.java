package io.tinysync.engine.blob.collection;

/**
 * What a run did, or would do.
 *
 * @param dryRun whether nothing was changed
 * @param stored blobs that the store listed
 * @param storedBytes of these
 * @param condemned blobs that were condemned now
 * @param condemnedBytes of these
 * @param spared condemned blobs that something reaches after all
 * @param deleted blobs that are gone now
 */
public record CollectionReport(
        boolean dryRun,
        long stored,
        long storedBytes,
        long condemned,
        long condemnedBytes,
        long spared,
        long deleted) {}
