package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/** Where a store puts blobs that were received whole and checked. */
interface Shelf {

    /**
     * Makes the file's bytes a blob, durable and visible when this returns; blocks. If it fails the blob is as it was before, or
     * whole.
     *
     * @param file on the disk of this machine; it may be moved away, and is the caller's to remove otherwise
     * @param leaves of its bytes, whose hash is the blob's id
     */
    void publish(Path file, Leaves leaves) throws IOException;

    /**
     * Makes short blobs' bytes blobs, durable and visible when this returns; blocks. If it fails, each of them is as it was before, or
     * whole.
     *
     * @param blobs each once, with bytes of its hash
     * @return those for which there was no space, and which are as they were before
     */
    Set<Sha256> publishShort(Collection<ShortBlob> blobs) throws IOException;
}
