package io.tinysync.engine.vault.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.tinysync.engine.tree.ItemTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The stored form of a {@link VaultState}: gzip (RFC 1952) around CBOR (RFC 8949), written and read as a stream. Version 2 is one
 * array: the format's name, the version, the head (see {@link StateWriter#head}), then live items parents before children,
 * tombstones, the ops that are remembered (see {@link StateWriter#ops}) and request numbers, each with its count before it, and the
 * format's name again as the end mark. Recent entries are not stored, the journal has them. Version 1 is still read: see {@link
 * StateReader}.
 *
 * <p>A later version gets another number here and keeps reading these.
 */
public final class VaultStateFormat {

    static final String NAME = "tinysync-vault-state";
    static final int VERSION = 2;

    private static final JsonFactory CBOR = new CBORFactory();
    private static final int BUFFER_BYTES = 1 << 16;

    private VaultStateFormat() {}

    /** Writes a state and leaves the stream open. */
    public static void write(VaultState state, OutputStream out) throws IOException {
        GZIPOutputStream zip = new GZIPOutputStream(out, BUFFER_BYTES) {
            {
                // Hashes and ids do not shrink; the fastest level takes what there is to gain in names.
                def.setLevel(Deflater.BEST_SPEED);
            }
        };
        try (JsonGenerator generator = CBOR.createGenerator(zip).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            new StateWriter(generator).write(state);
        }
        zip.finish();
    }

    /**
     * Reads a state.
     *
     * @throws IOException if the bytes are not whole, or not of a version that is known here
     */
    public static VaultState read(InputStream in) throws IOException {
        return read(in, ItemTree::of);
    }

    /**
     * Reads what was stored of a state to its end and compares all of it with that state, in memory that does not grow with it.
     *
     * @throws IOException if the bytes are not whole, or say anything else
     */
    public static void prove(VaultState state, InputStream in) throws IOException {
        StateProof proof = new StateProof(state.tree());
        VaultState read = read(in, proof::compare);
        if (!read.cursor().equals(state.cursor())
                || !read.ops().equals(state.ops())
                || !read.requestNumbers().equals(state.requestNumbers())) {
            throw new StreamCorruptedException(
                    "the stored state is not the one at seq " + state.cursor().seq());
        }
    }

    private static VaultState read(InputStream in, StateReader.Trees trees) throws IOException {
        try (JsonParser parser = CBOR.createParser(new GZIPInputStream(in, BUFFER_BYTES))) {
            return new StateReader(parser, trees).read();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException e) {
            // Bytes that are not what was written may break any value that is made of them.
            throw new IOException("the stored state is broken: " + e, e);
        }
    }
}
