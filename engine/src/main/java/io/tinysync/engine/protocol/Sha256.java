package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** A SHA-256 digest (FIPS 180-4), kept as four longs so that a million of them stay small; 64 lower-case hex digits on the wire. */
public record Sha256(long a, long b, long c, long d) {

    /** The digest's length. */
    public static final int BYTES = 32;

    private static final HexFormat HEX = HexFormat.of();

    /**
     * Reads 64 lower-case hex digits.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator
    public static Sha256 parse(String text) {
        if (text.length() != 2 * BYTES || !text.equals(text.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("a SHA-256 is 64 lower-case hex digits");
        }
        return of(HEX.parseHex(text));
    }

    /** Wraps a digest of 32 bytes. */
    public static Sha256 of(byte[] digest) {
        if (digest.length != BYTES) {
            throw new IllegalArgumentException("a SHA-256 has 32 bytes, not " + digest.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(digest);
        return new Sha256(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    /** Hashes the whole array. */
    public static Sha256 hash(byte[] bytes) {
        return of(newDigest().digest(bytes));
    }

    /** Hashes all that remain in the buffer, whose position stays. */
    public static Sha256 hash(ByteBuffer bytes) {
        MessageDigest digest = newDigest();
        digest.update(bytes.duplicate());
        return of(digest.digest());
    }

    /** A fresh digest; one is needed for every stream, since a digest is not thread-safe. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The digest's 32 bytes, in a new array. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(a)
                .putLong(b)
                .putLong(c)
                .putLong(d)
                .array();
    }

    @JsonValue
    @Override
    public String toString() {
        return HEX.formatHex(toBytes());
    }
}
