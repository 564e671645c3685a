package io.tinysync.engine.device;

import io.tinysync.engine.device.core.Pieces;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * A range of a content's leaves under way: gathers each leaf, compares its hash where there is a list, and puts it where it
 * belongs. The bytes come from one thread at a time; the rest may be asked from any. Holds one leaf in memory.
 */
final class LeafStream implements ByteSink {

    /** A leaf whose bytes are not those that the list names. */
    static final class CorruptLeafException extends IOException {
        CorruptLeafException(int leaf, Sha256 expected) {
            super("leaf " + leaf + " came with other bytes than those of " + expected);
        }
    }

    /**
     * Where the leaves go.
     *
     * @param leaves empty where only the whole is checked
     * @param layout says where each leaf is and how long
     */
    record Target(ContentStore.Partial into, Optional<Leaves> leaves, Pieces layout) {}

    private final long number;
    private final int end;
    private final Target target;
    private final LongSupplier clockMs;
    private final IntConsumer arrived;
    private final BlobRange range;
    private final ByteBuffer gathered;

    /** Belongs to the thread that brings the bytes. */
    private int next;
    /** Belongs to the actor. */
    private int heardNext;

    private final long startedMs;
    /** 0 until the first byte has come. */
    private volatile long bytesMs;

    /** The leaf that another stream begins with, at which this one ends though it was asked for more; {@link #end} if none does. */
    private volatile int met;

    private volatile boolean stopped;
    private volatile boolean givenUp;
    private volatile CompletionStage<?> transfer = CompletableFuture.completedStage(null);

    /** The leaves from one up to another; {@code arrived} is told of each once it is in its place. */
    LeafStream(long number, int from, int end, Target target, LongSupplier clockMs, IntConsumer arrived) {
        Pieces layout = target.layout();
        long offset = layout.offsetOf(from);
        this.number = number;
        this.next = from;
        this.heardNext = from;
        this.end = end;
        this.met = end;
        this.target = target;
        this.clockMs = clockMs;
        this.arrived = arrived;
        this.range = new BlobRange(offset, layout.offsetOf(end - 1) + layout.lengthOf(end - 1) - offset);
        this.gathered = ByteBuffer.allocate(layout.lengthOf(from));
        this.startedMs = clockMs.getAsLong();
    }

    long number() {
        return number;
    }

    /** Its bytes within the content. */
    BlobRange range() {
        return range;
    }

    /** The actor has heard of a leaf's arrival. */
    void heardOf(int leaf) {
        heardNext = leaf + 1;
    }

    /** The leaf that it brings next, as far as the actor has heard. */
    int heardNext() {
        return heardNext;
    }

    /** The leaf before which it ends. */
    int end() {
        return met;
    }

    /** Ends it before a leaf that another stream begins with, so that no leaf comes twice. Called by the actor alone. */
    void endBefore(int leaf) {
        if (leaf > heardNext && leaf < met) {
            met = leaf;
        }
    }

    /** When bytes last came; 0 if none did. */
    long bytesMs() {
        return bytesMs;
    }

    /** Since when it has brought nothing. */
    long stillSinceMs() {
        return Math.max(startedMs, bytesMs);
    }

    void runs(CompletionStage<?> stage) {
        transfer = stage;
    }

    boolean isStopped() {
        return stopped || givenUp;
    }

    /** Ends it with the leaf that it is at, so that no byte was fetched for nothing. */
    void stop() {
        stopped = true;
    }

    /** Ends it at once, as far as the server port lets it be ended. */
    void giveUp() {
        givenUp = true;
        transfer.toCompletableFuture().cancel(true);
    }

    @Override
    public boolean accept(ByteBuffer bytes) throws IOException {
        bytesMs = clockMs.getAsLong();
        while (bytes.hasRemaining() && !givenUp) {
            if (next == end) {
                throw new IOException("more bytes came than were asked for");
            }
            int length = target.layout().lengthOf(next);
            int count = Math.min(length - gathered.position(), bytes.remaining());
            gathered.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            if (gathered.position() == length) {
                put(gathered.flip());
                gathered.clear();
                if (next < end && (stopped || next >= met)) {
                    return false;
                }
            }
        }
        // After its last leaf too: a connection that was read to its end can be used again.
        return !givenUp;
    }

    private void put(ByteBuffer leaf) throws IOException {
        int index = next;
        if (target.leaves().isPresent()) {
            Sha256 expected = target.leaves().get().leaves().get(index);
            if (!Sha256.hash(leaf).equals(expected)) {
                throw new CorruptLeafException(index, expected);
            }
        }
        target.into().put(index, leaf);
        next = index + 1;
        arrived.accept(index);
    }
}
