package io.tinysync.client.drive;

/** Takes the entries of a folder one by one, with their attributes. */
@FunctionalInterface
public interface AttributesSink {
    /**
     * Offers one entry.
     *
     * @param current whether the entry is as lookup would find it now; one that is taken then counts a reference, as with lookup.
     *     Otherwise something has changed since it was read, and its attributes may not be so any more
     * @param nextOffset where to go on after this entry
     * @return whether it was taken; after false nothing more is offered, and this entry comes again
     */
    boolean offer(String name, Attributes attributes, boolean current, long nextOffset);
}
