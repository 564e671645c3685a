package io.tinysync.engine.device;

import io.tinysync.engine.blob.BlobDigest;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;

/** How the server in memory sends blobs: held back at a gate, cut, or with bytes that are not the blob's, as a test wants it. */
final class BlobReads {

    private static final int CHUNK_BYTES = 64 << 10;

    /** Every range that was asked for. */
    final List<BlobRange> ranges = new CopyOnWriteArrayList<>();

    final AtomicLong bytesSent = new AtomicLong();

    /** These leaves are sent only with a permit each. */
    volatile IntPredicate gated = _ -> false;

    final Semaphore gate = new Semaphore(0);

    /** So many more ranges come with a wrong byte at their beginning. */
    final AtomicInteger rangesToSpoil = new AtomicInteger();

    /** So many more ranges are cut after their first leaf. */
    final AtomicInteger rangesToCut = new AtomicInteger();

    /** So many more lists name hashes that are not the leaves'. */
    final AtomicInteger listsToSpoil = new AtomicInteger();

    Leaves leaves(byte[] bytes) {
        BlobDigest digest = new BlobDigest();
        digest.update(ByteBuffer.wrap(bytes));
        Leaves right = digest.finish();
        if (take(listsToSpoil)) {
            List<Sha256> wrong = new ArrayList<>(right.leaves());
            wrong.set(0, Sha256.hash(new byte[] {1}));
            return new Leaves(right.sha256(), right.size(), right.leafBytes(), wrong);
        }
        return right;
    }

    Answers.Download send(byte[] bytes, BlobRange range, ByteSink into) {
        ranges.add(range);
        byte[] part = new byte[(int) range.length()];
        System.arraycopy(bytes, (int) range.offset(), part, 0, part.length);
        if (take(rangesToSpoil)) {
            part[0] ^= 1;
        }
        boolean cut = take(rangesToCut);
        try {
            int sent = 0;
            while (sent < part.length) {
                awaitGate(range.offset() + sent);
                int count = Math.min(CHUNK_BYTES, part.length - sent);
                bytesSent.addAndGet(count);
                sent += count;
                if (!into.accept(ByteBuffer.wrap(part, sent - count, count))) {
                    break;
                }
                if (cut && sent >= Leaves.LEAF_BYTES) {
                    throw new IOException("the connection was cut");
                }
            }
            return new Answers.Received(sent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ByteBuffer whole(byte[] bytes) {
        ByteBuffer whole = ByteBuffer.allocate(bytes.length);
        send(bytes, new BlobRange(0, bytes.length), part -> {
            whole.put(part);
            return true;
        });
        return whole.flip();
    }

    private void awaitGate(long offset) {
        if (offset % Leaves.LEAF_BYTES == 0 && gated.test((int) (offset / Leaves.LEAF_BYTES))) {
            gate.acquireUninterruptibly();
        }
    }

    private static boolean take(AtomicInteger count) {
        return count.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }
}
