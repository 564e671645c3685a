package io.tinysync.engine.protocol;

import java.util.List;

/** The hashes of a blob's pieces of {@code leafBytes} each, the last one shorter; in order. */
public record Leaves(Sha256 sha256, long size, int leafBytes, List<Sha256> leaves) {

    /** The length of every leaf but the last. */
    public static final int LEAF_BYTES = 1 << 20;

    public Leaves {
        Require.present(sha256, "sha256");
        leaves = List.copyOf(Require.present(leaves, "leaves"));
    }
}
