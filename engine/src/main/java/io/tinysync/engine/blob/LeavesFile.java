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

    /** The leaves of a blob of this size; empty if the list has another length than it must have. */
    static Optional<Leaves> decode(Sha256 id, long size, byte[] bytes) {
        long count = (size + Leaves.LEAF_BYTES - 1) / Leaves.LEAF_BYTES;
        if (bytes.length != count * Sha256.BYTES) {
            return Optional.empty();
        }
        List<Sha256> hashes = new ArrayList<>((int) count);
        for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
            byte[] hash = new byte[Sha256.BYTES];
            rest.get(hash);
            hashes.add(Sha256.of(hash));
        }
        return Optional.of(new Leaves(id, size, Leaves.LEAF_BYTES, hashes));
    }
}
