package io.tinysync.engine.protocol;

import java.util.List;

/** One result per frame of a request that brought short blobs, in its order. */
public record BlobsReply(List<BlobResult> results) {
    public BlobsReply {
        results = List.copyOf(Require.present(results, "results"));
    }
}
