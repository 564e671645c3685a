package io.tinysync.server.links;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a link's password: PBKDF2 with HMAC-SHA-512 (RFC 8018), as often as OWASP's password storage guide asks for. People choose
 * passwords that can be guessed, and only a slow hash keeps them from whoever has the database.
 */
final class LinkPassword {

    private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
    private static final int ITERATIONS = 210_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] salt;
    private final byte[] hash;

    LinkPassword(byte[] salt, byte[] hash) {
        this.salt = salt.clone();
        this.hash = hash.clone();
    }

    /** Takes some 100 ms of CPU. */
    static LinkPassword of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new LinkPassword(salt, hash(password, salt));
    }

    /** Takes as long as {@link #of}, whatever is given. */
    boolean matches(String password) {
        return MessageDigest.isEqual(hash, hash(password, salt));
    }

    byte[] salt() {
        return salt.clone();
    }

    byte[] hash() {
        return hash.clone();
    }

    private static byte[] hash(String password, byte[] salt) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
        } finally {
            spec.clearPassword();
        }
    }
}
