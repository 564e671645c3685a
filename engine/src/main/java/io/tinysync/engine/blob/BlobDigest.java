package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the hash of a stream of bytes, whole and by leaves of {@link Leaves#LEAF_BYTES}, in one pass. Its memory grows by one hash
 * for every leaf. For one stream and one thread at a time.
 */
public final class BlobDigest {

    private final MessageDigest whole = Sha256.newDigest();
    private final MessageDigest leaf = Sha256.newDigest();
    private final List<Sha256> leaves = new ArrayList<>();
    private long size;

    /** Takes the next bytes: all that remain in the buffer. */
    public void update(ByteBuffer bytes) {
        whole.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            int leafRest = Leaves.LEAF_BYTES - (int) (size % Leaves.LEAF_BYTES);
            int length = Math.min(leafRest, bytes.remaining());
            leaf.update(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            size += length;
            if (length == leafRest) {
                leaves.add(Sha256.of(leaf.digest()));
            }
        }
    }

    /** How many bytes were taken so far. */
    public long size() {
        return size;
    }

    /** What was taken; afterwards this digest is used up. */
    public Leaves finish() {
        if (size % Leaves.LEAF_BYTES != 0) {
            leaves.add(Sha256.of(leaf.digest()));
        }
        return new Leaves(Sha256.of(whole.digest()), size, Leaves.LEAF_BYTES, leaves);
    }
}
