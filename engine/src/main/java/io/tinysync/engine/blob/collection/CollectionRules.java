package io.tinysync.engine.blob.collection;

import io.tinysync.engine.blob.collection.BlobState.Condemned;
import io.tinysync.engine.blob.collection.BlobState.Deleting;
import io.tinysync.engine.blob.collection.BlobState.Leased;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The decisions about blobs that may go. Pure; whoever asks has locked the blob's state until it has written what follows.
 *
 * @param lease how long a mutation that names a blob may take from the moment at which its blobs were looked up to its commit
 * @param grace how long a blob is condemned before it may go; longer than any lease
 * @param unnamed how long a blob is kept that was sent and never named
 */
public record CollectionRules(Duration lease, Duration grace, Duration unnamed) {

    /** Another node or an earlier process may still be at a deletion; none takes longer. */
    public static final Duration DELETION = Duration.ofMinutes(5);

    public CollectionRules {
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("a lease must have a length, not " + lease);
        }
        if (grace.compareTo(lease) <= 0) {
            throw new IllegalArgumentException("the grace of " + grace + " must be longer than the lease of " + lease);
        }
        if (unnamed.compareTo(lease) < 0) {
            throw new IllegalArgumentException(
                    "blobs must be kept unnamed at least for the lease of " + lease + ", not " + unnamed);
        }
    }

    /** Whether a mutation may name a blob. */
    public enum Leasing {
        /** Its lease runs long enough. */
        LEASED,
        /** It may, once a new lease is written. */
        TO_BE_LEASED,
        /** It may not: the device must send the bytes. */
        REFUSED
    }

    /** Whether a mutation may name a blob in this state, if it is held at all. */
    public Leasing leasing(Optional<BlobState> state, Instant now) {
        if (state.isEmpty()) {
            return Leasing.TO_BE_LEASED;
        }
        return switch (state.get()) {
            case Leased(Instant until) ->
                until.isAfter(now.plus(lease.dividedBy(2))) ? Leasing.LEASED : Leasing.TO_BE_LEASED;
            case Condemned(Instant since) -> Leasing.REFUSED;
            case Deleting(Instant since) -> Leasing.REFUSED;
        };
    }

    /** A new lease. */
    public Leased leased(Instant now) {
        return new Leased(now.plus(lease));
    }

    /** What is to be done before a blob's bytes go to the store. */
    public enum Coming {
        /** They may go. */
        NOW,
        /** They may go once the blob is leased: condemned, it could otherwise be deleted just after they have come. */
        REVIVE,
        /** They may go once the blob is gone. */
        LATER
    }

    /** Whether bytes of a blob in this state may go to the store. */
    public Coming coming(Optional<BlobState> state) {
        if (state.isEmpty()) {
            return Coming.NOW;
        }
        return switch (state.get()) {
            case Leased(Instant until) -> Coming.NOW;
            case Condemned(Instant since) -> Coming.REVIVE;
            case Deleting(Instant since) -> Coming.LATER;
        };
    }

    /**
     * Whether bytes were on their way to the store for so long that the blob may have been condemned and deleted since; then the
     * store must be asked whether it has them. A shorter way ends within the grace of whatever condemned the blob meanwhile.
     */
    public boolean tookLong(Duration onTheirWay) {
        return onTheirWay.compareTo(lease) > 0;
    }

    /** Whether bytes that have come count as stored, and make the blob live; otherwise they are to be stored once more, later. */
    public boolean mayStore(Optional<BlobState> state) {
        return !(state.isPresent() && state.get() instanceof Deleting);
    }

    /**
     * Whether a blob that is in the store may be condemned.
     *
     * @param named whether any vault's entries name it, as far as they are projected
     * @param sent when a device last sent it; empty if that is not known
     */
    public boolean mayCondemn(Optional<BlobState> state, boolean named, Optional<Instant> sent, Instant now) {
        boolean isRecent = sent.isPresent() && sent.get().plus(unnamed).isAfter(now);
        return !named && !isRecent && isFree(state, now);
    }

    private static boolean isFree(Optional<BlobState> state, Instant now) {
        if (state.isEmpty()) {
            return true;
        }
        return switch (state.get()) {
            case Leased(Instant until) -> until.isBefore(now);
            case Condemned(Instant since) -> false;
            case Deleting(Instant since) -> false;
        };
    }

    /** Whether the blob has been condemned for so long that whatever was allowed to name it does so by now. */
    public boolean isRipe(Optional<BlobState> state, Instant now) {
        return state.isPresent()
                && state.get() instanceof Condemned(Instant since)
                && since.plus(grace).isBefore(now);
    }

    /** Whether a deletion that somebody began may be taken over. */
    public boolean isAbandoned(Optional<BlobState> state, Instant now) {
        return state.isPresent()
                && state.get() instanceof Deleting(Instant since)
                && since.plus(DELETION).isBefore(now);
    }
}
