package io.tinysync.engine.vault.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The stored form of a {@link VaultState}: gzip (RFC 1952) around CBOR (RFC 8949), written and read as a stream. Version 1 is one
 * array: the format's name, the version, the head (see {@link StateWriter#head}), then live items parents before children,
 * tombstones, accepted ops and request numbers, each with its count before it, and the format's name again as the end mark. Recent
 * entries are not stored, the journal has them.
 *
 * <p>A later version gets another number here and keeps reading this one.
 */
public final class VaultStateFormat {

    static final String NAME = "tinysync-vault-state";
    static final int VERSION = 1;

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
        try (JsonParser parser = CBOR.createParser(new GZIPInputStream(in, BUFFER_BYTES))) {
            return new StateReader(parser).read();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException("the stored state is broken: " + e.getMessage(), e);
        }
    }
}
