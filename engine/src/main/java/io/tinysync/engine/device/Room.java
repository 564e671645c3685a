package io.tinysync.engine.device;

import io.tinysync.engine.device.ContentStore.NoSpaceException;

/** Makes room on the disk for what is to be kept there, by dropping what can be fetched again. Thread-safe; blocks on the disk. */
public interface Room {

    /** Drops nothing and limits nothing. */
    Room UNLIMITED = new Room() {
        @Override
        public void require(long bytes) {}

        @Override
        public void makeFree(long bytes) {}
    };

    /**
     * Passes if so many bytes of a content that can be fetched again fit into the budget, if need be after dropping others.
     *
     * @throws NoSpaceException if they do not
     */
    void require(long bytes) throws NoSpaceException;

    /** Drops what can go until so many bytes are free on the disk, or nothing more can go: for what a program writes. */
    void makeFree(long bytes);
}
