package io.tinysync.engine.device;

import io.tinysync.engine.device.core.Eviction;
import io.tinysync.engine.device.core.Pieces;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The contents that are on this device, by hash: sealed ones of its own programs, and hydrated ones. Thread-safe; every call may
 * block on the disk. A content is complete or absent, whatever crashed and when; one that is on its way is a {@link Partial}.
 *
 * <p>Programs' working files are the drive's own matter: it moves or copies a working file in here before it seals.
 */
public interface ContentStore {

    /** The file that holds exactly this content; empty if it is not on this device. It is read only, and may go when dropped. */
    Optional<Path> find(Content content);

    /** Whether the content is here, as far as can be told without reading it; cheap. */
    boolean has(Content content);

    /** Whether the content is known not to be on this device: what is here and cannot be read at present is not absent. */
    boolean isAbsent(Content content);

    /**
     * Begins to take a content in, or goes on with what an earlier attempt left.
     *
     * @throws NoSpaceException if the disk or the cache's budget cannot take it
     */
    Partial begin(Content content) throws IOException;

    /** Makes contents survive power loss, all at once; returns when they do. Absent ones are passed over. */
    void makeDurable(Collection<Sha256> hashes) throws IOException;

    /** What became of a content that was to be dropped. */
    enum Drop {
        DROPPED,
        /** It was not here. */
        ABSENT,
        /** A program has it open, or a seal of it is not recorded yet. */
        IN_USE,
        /** The caller's condition did not hold. */
        KEPT
    }

    /**
     * Lets a content go, what came of one that is not whole included, if it is not in use and the condition holds. The condition is
     * asked when no use of the content can begin any more: a record that names it is there already, or will be of bytes put here
     * anew.
     */
    Drop drop(Sha256 sha256, BooleanSupplier condition) throws IOException;

    /** Every content that is here, whole or in part, as it is found: one walk over the disk. */
    void scan(Consumer<Eviction.Cached> each) throws IOException;

    /** What was added since this store was opened, less what was dropped; bytes. */
    long changedBytes();

    /** What the disk has free; more than any disk has if that cannot be found out, since nothing is dropped for a guess. */
    long freeBytes();

    /** A content on its way, one at a time of each. Thread-safe. */
    interface Partial extends AutoCloseable {

        /** The list of leaves that an earlier attempt went by. */
        Optional<Leaves> leaves();

        /**
         * Goes by this list, and keeps it beside the bytes; they can be read, each leaf as soon as it is here. Without a list none is
         * shown before {@link #commit}.
         *
         * @return the leaves that are here already: each was read, and its hash is the list's
         */
        Pieces goBy(Leaves leaves) throws IOException;

        /** Takes a leaf in; where there is a list, the caller has compared its hash. The bytes are all that remain in the buffer. */
        void put(int leaf, ByteBuffer bytes) throws IOException;

        /**
         * Compares the hash of the whole, and makes the content visible.
         *
         * @return false if the bytes are not this content; they and the list are then gone
         */
        boolean commit() throws IOException;

        /** Forgets bytes and list, and begins anew. */
        void discard() throws IOException;

        /** Ends this attempt. With a list, what is here is kept for the next one. */
        @Override
        void close() throws IOException;
    }

    /** The disk or the cache's budget is full. */
    final class NoSpaceException extends IOException {
        public NoSpaceException(String message) {
            super(message);
        }
    }
}
