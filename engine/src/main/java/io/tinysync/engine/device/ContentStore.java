package io.tinysync.engine.device;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * The contents that are on this device, by hash: sealed ones of its own programs, and hydrated ones. Thread-safe; every call may
 * block on the disk. A content is complete or absent, never in part, whatever crashed and when.
 *
 * <p>Programs' working files are the drive's own matter: it moves or copies a working file in here before it seals.
 */
public interface ContentStore {

    /** The file that holds exactly this content; empty if it is not on this device. It is read only, and may go when dropped. */
    Optional<Path> find(Content content);

    /**
     * Makes room for a download. Only {@link Download#commit} makes it visible, after its hash has been checked.
     *
     * @throws NoSpaceException if the disk or the cache's budget cannot take it
     */
    Download begin(Content content) throws IOException;

    /** Makes contents survive power loss, all at once; returns when they do. Absent ones are passed over. */
    void makeDurable(Collection<Sha256> hashes) throws IOException;

    /** Lets a content go. The caller has made sure that nothing pending, sealed or held names it. */
    void drop(Sha256 sha256) throws IOException;

    /** A content being fetched into a file of its own. */
    interface Download extends AutoCloseable {

        /** Where the bytes go, from offset 0. */
        Path path();

        /**
         * Checks size and hash, and makes the content visible.
         *
         * @return false if the bytes are not this content; they are then gone
         */
        boolean commit() throws IOException;

        /** Removes what was not committed. */
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
