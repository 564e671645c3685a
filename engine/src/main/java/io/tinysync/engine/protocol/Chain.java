package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The name of a history up to one entry: the first 16 bytes of SHA-256(previous chain ‖ the entry without {@code chain} as
 * RFC 8785 JSON). Two logs with the same chain at the same seq are the same log up to there. 32 lower-case hex digits on the wire.
 */
public record Chain(long a, long b) {

    /** What stands before the first entry: 16 zero bytes. */
    public static final Chain START = new Chain(0, 0);

    private static final int BYTES = 16;
    private static final HexFormat HEX = HexFormat.of();

    /**
     * Reads 32 lower-case hex digits.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator
    public static Chain parse(String text) {
        if (text.length() != 2 * BYTES || !text.equals(text.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("a chain is 32 lower-case hex digits");
        }
        ByteBuffer buffer = ByteBuffer.wrap(HEX.parseHex(text));
        return new Chain(buffer.getLong(), buffer.getLong());
    }

    /** The chain after an entry: the caller's entry is any object as it stood on the wire; its field {@code chain} is left out. */
    public Chain next(ObjectNode entry) {
        ObjectNode bare = entry.deepCopy();
        bare.remove("chain");
        return next(CanonicalJson.bytes(bare));
    }

    /** The chain after an entry whose canonical bytes without {@code chain} are given. */
    public Chain next(byte[] canonicalEntry) {
        MessageDigest digest = Sha256.newDigest();
        digest.update(toBytes());
        digest.update(canonicalEntry);
        ByteBuffer buffer = ByteBuffer.wrap(digest.digest());
        return new Chain(buffer.getLong(), buffer.getLong());
    }

    private byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).array();
    }

    @JsonValue
    @Override
    public String toString() {
        return HEX.formatHex(toBytes());
    }
}
