package io.tinysync.client.content;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The hashes of the leaves (1 MiB pieces, the last one shorter) of a file that is being written; asked for again, only what
 * changed since is read. Not thread-safe.
 */
final class ChangedLeaves {

    private static final int READ_BYTES = 256 * 1024;

    private final List<Sha256> hashes = new ArrayList<>();
    /** Which of the hashes are those of what is in the file. */
    private final BitSet known = new BitSet();

    /** Takes note that bytes were written at an offset, or may have been. */
    void changed(long offset, long lengthBytes) {
        if (lengthBytes > 0) {
            known.clear(leaf(offset), leaf(offset + lengthBytes - 1) + 1);
        }
    }

    /** Takes note that the file was cut or extended from one length to another: the leaf of the shorter end is another. */
    void resized(long beforeBytes, long afterBytes) {
        known.clear(leaf(Math.min(beforeBytes, afterBytes)), Integer.MAX_VALUE);
    }

    /** The hashes of the leaves of the file's first bytes, in order. */
    List<Sha256> of(FileChannel channel, long sizeBytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        int count = leaf(sizeBytes + Leaves.LEAF_BYTES - 1);
        for (int leaf = 0; leaf < count; leaf++) {
            if (!known.get(leaf)) {
                long from = (long) leaf * Leaves.LEAF_BYTES;
                put(leaf, hash(channel, from, Math.min(from + Leaves.LEAF_BYTES, sizeBytes), buffer));
            }
        }
        return List.copyOf(hashes.subList(0, count));
    }

    /** Whoever asks goes through the leaves in order, so that the list grows by one at most. */
    private void put(int leaf, Sha256 hash) {
        if (leaf < hashes.size()) {
            hashes.set(leaf, hash);
        } else {
            hashes.add(hash);
        }
        known.set(leaf);
    }

    private static Sha256 hash(FileChannel channel, long from, long to, ByteBuffer buffer) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        for (long at = from; at < to; at += buffer.remaining()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
            if (WholeFiles.readFully(channel, buffer, at) <= 0) {
                throw new IOException("the file ends at " + at + " bytes, expected " + to);
            }
            digest.update(buffer.flip());
            buffer.rewind();
        }
        return Sha256.of(digest.digest());
    }

    private static int leaf(long offset) {
        return Math.toIntExact(offset / Leaves.LEAF_BYTES);
    }
}
