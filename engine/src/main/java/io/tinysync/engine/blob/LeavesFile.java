package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The form of a saved leaf list: the leaves' hashes in order, 32 bytes each, and nothing else. */
final class LeavesFile {

    private LeavesFile() {}

    static byte[] encode(Leaves leaves) {
        ByteBuffer bytes = ByteBuffer.allocate(leaves.leaves().size() * Sha256.BYTES);
        leaves.leaves().forEach(leaf -> bytes.put(leaf.toBytes()));
        return bytes.array();
    }

    /** How many bytes the list of a blob of this size has. */
    static long length(long size) {
        return (size + Leaves.LEAF_BYTES - 1) / Leaves.LEAF_BYTES * Sha256.BYTES;
    }

    /** A blob of one leaf is that leaf, and the empty blob has none. */
    static Leaves single(Sha256 id, long size) {
        return new Leaves(id, size, Leaves.LEAF_BYTES, size == 0 ? List.of() : List.of(id));
    }

    /** The leaves of a blob of this size; empty if the list has another length than it must have. */
    static Optional<Leaves> decode(Sha256 id, long size, byte[] bytes) {
        if (bytes.length != length(size)) {
            return Optional.empty();
        }
        List<Sha256> hashes = new ArrayList<>(bytes.length / Sha256.BYTES);
        for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
            byte[] hash = new byte[Sha256.BYTES];
            rest.get(hash);
            hashes.add(Sha256.of(hash));
        }
        return Optional.of(new Leaves(id, size, Leaves.LEAF_BYTES, hashes));
    }
}
