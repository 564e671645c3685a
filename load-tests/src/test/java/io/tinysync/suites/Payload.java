package io.tinysync.suites;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;

/** The bytes of a blob that is unlike any other, and does not compress. */
final class Payload {

    static final int MAX_BYTES = 8 << 20;

    private static final byte[] NOISE = new byte[MAX_BYTES];

    static {
        new Random(1).nextBytes(NOISE);
    }

    private final byte[] bytes;
    private final Content content;

    private Payload(byte[] bytes, Content content) {
        this.bytes = bytes;
        this.content = content;
    }

    static Payload of(int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        System.arraycopy(NOISE, 0, bytes, 0, sizeBytes);
        UUID id = LoadDevice.uuid7();
        ByteBuffer.wrap(bytes).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        return new Payload(bytes, new Content(Sha256.hash(bytes), sizeBytes));
    }

    /** Of a blob that is somewhere else, or empty. */
    static Payload without(Content content) {
        return new Payload(new byte[0], content);
    }

    byte[] bytes() {
        return bytes;
    }

    Content content() {
        return content;
    }
}
