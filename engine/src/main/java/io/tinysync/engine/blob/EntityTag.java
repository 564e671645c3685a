package io.tinysync.engine.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The tag by which S3 servers tell what they have stored, where they do not encrypt: the MD5 of the bytes; of an upload in parts
 * the MD5 of the parts' MD5s, a dash and their number.
 */
final class EntityTag {

    /** The length of a part, S3's least; 10,000 parts, S3's most, are 50 GB. */
    static final int PART_BYTES = 5 << 20;

    private EntityTag() {}

    /** What the tag of a file should be: in parts if it is longer than one. */
    static String of(Path file) throws IOException {
        MessageDigest all = md5();
        int parts = 0;
        byte[] first = new byte[0];
        try (InputStream bytes = Files.newInputStream(file)) {
            for (byte[] part = part(bytes, file); parts == 0 || part.length > 0; part = part(bytes, file)) {
                first = parts == 0 ? part : first;
                all.update(part);
                parts++;
            }
        }
        HexFormat hex = HexFormat.of();
        return Files.size(file) <= PART_BYTES ? hex.formatHex(first) : hex.formatHex(all.digest()) + "-" + parts;
    }

    /** What the tag of bytes should be that are one part. */
    static String of(ByteBuffer bytes) {
        MessageDigest digest = md5();
        digest.update(bytes);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The MD5 of the next part; empty at the end, but for the only part of an empty file. */
    private static byte[] part(InputStream bytes, Path file) throws IOException {
        DigestInputStream digest = new DigestInputStream(bytes, md5());
        byte[] buffer = new byte[64 << 10];
        int left = PART_BYTES;
        while (left > 0) {
            int length = digest.read(buffer, 0, Math.min(buffer.length, left));
            if (length < 0) {
                break;
            }
            left -= length;
        }
        return left == PART_BYTES && Files.size(file) > 0
                ? new byte[0]
                : digest.getMessageDigest().digest();
    }

    static boolean isSame(String expected, String actual) {
        return actual.replace("\"", "").equalsIgnoreCase(expected);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
