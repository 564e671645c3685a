package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Where the states of vaults are kept, so that recovery need not replay whole logs, and so that logs need not be kept whole. A state
 * is a stream of any length, about 100 bytes an item; neither side holds it in memory. Calls block. Safe for any thread.
 */
public interface VaultSnapshots {

    /** How many proven states of a vault are kept: one more than is needed, for the case that the newest cannot be read. */
    int KEPT = 2;

    /** Writes a state's bytes. */
    @FunctionalInterface
    interface Encoder {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Reads a state's bytes. */
    @FunctionalInterface
    interface Decoder<T> {
        T readFrom(long seq, InputStream in) throws IOException;
    }

    /** Stores a state, whole or not at all. It is not proven. A proven one of the same seq stays as it is. */
    void save(VaultId vaultId, long seq, Encoder state) throws IOException;

    /** Notes that a stored state was read back whole, and deletes all but the {@link #KEPT} newest that are proven. */
    void proven(VaultId vaultId, long seq);

    /** Reads the newest state of a vault with a seq of at most {@code maxSeq}; empty if there is none. */
    <T> Optional<T> newest(VaultId vaultId, long maxSeq, Decoder<T> decoder) throws IOException;

    /** Reads the state of that very seq; empty if there is none. */
    <T> Optional<T> at(VaultId vaultId, long seq, Decoder<T> decoder) throws IOException;
}
