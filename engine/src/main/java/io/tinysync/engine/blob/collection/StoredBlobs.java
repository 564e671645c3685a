package io.tinysync.engine.blob.collection;

import io.tinysync.engine.blob.StoredBlob;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.util.List;

/** The blob store as a run sees it. Blocking. */
public interface StoredBlobs {

    /** A whole slice of the store, see {@link io.tinysync.engine.blob.BlobStore#list}. */
    List<StoredBlob> list(int slice) throws IOException, InterruptedException;

    /** Removes a blob, and is over when that is durable or the store has answered that it failed. */
    void delete(Sha256 id) throws IOException;
}
