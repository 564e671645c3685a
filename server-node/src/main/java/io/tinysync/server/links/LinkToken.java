package io.tinysync.server.links;

import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** What opens a public link: 32 random bytes, as base64url without padding. */
public final class LinkToken {

    private static final int BYTES = 32;
    private static final int CHARS = 43;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Keeps this hash apart from any other that the same bytes might have somewhere else. */
    private static final byte[] DOMAIN = "tinysync public link v1\0".getBytes(StandardCharsets.US_ASCII);

    private final byte[] secret;

    private LinkToken(byte[] secret) {
        this.secret = secret;
    }

    static LinkToken issue() {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        return new LinkToken(secret);
    }

    /** Empty if the text is not of a token's one form. */
    public static Optional<LinkToken> parse(String text) {
        if (text.length() != CHARS) {
            return Optional.empty();
        }
        try {
            LinkToken token = new LinkToken(Base64.getUrlDecoder().decode(text));
            return Optional.of(token).filter(same -> same.text().equals(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What the server keeps of it. A lookup by it tells nothing of the token by the time that it takes. */
    Sha256 hash() {
        MessageDigest digest = Sha256.newDigest();
        digest.update(DOMAIN);
        return Sha256.of(digest.digest(secret));
    }

    byte[] secret() {
        return secret.clone();
    }

    /** As it stands in the link. */
    public String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }
}
