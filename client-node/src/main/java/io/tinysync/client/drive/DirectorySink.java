package io.tinysync.client.drive;

import io.tinysync.engine.protocol.ItemKind;

/** Takes the entries of a folder one by one. */
@FunctionalInterface
public interface DirectorySink {
    /**
     * Offers one entry.
     *
     * @param nextOffset where to go on after this entry
     * @return whether it was taken; after false nothing more is offered, and this entry comes again
     */
    boolean offer(String name, long ino, ItemKind kind, long nextOffset);
}
