package io.tinysync.engine.blob.collection;

import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.util.Set;

/** What the vaults can reach. Blocking. */
@FunctionalInterface
public interface Reachability {

    /**
     * Those of the blobs that any vault names, in a live item, a tombstone or an entry that is kept, each vault at a position of its
     * log that is read after this call began. Fails if a single vault cannot be read: then nothing is known of any of them.
     */
    Set<Sha256> reachable(Set<Sha256> asked) throws IOException, InterruptedException;
}
