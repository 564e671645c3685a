package io.tinysync.server.links;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what a browser is to bring back: that the password was known, that a download was counted. The key is made of the link's token, of which
 * the database has only a hash, and of its password's hash, which only the database has: neither who knows the link nor who has the database
 * can sign, and any node of the server can check.
 */
public final class LinkSeal {

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] DOMAIN = "tinysync public link seal v1\0".getBytes(StandardCharsets.US_ASCII);

    private final byte[] key;

    LinkSeal(LinkToken token, byte[] passwordHash) {
        this.key = mac(token.secret(), concat(DOMAIN, passwordHash));
    }

    /**
     * A text that says so until some time from now.
     *
     * @param what is signed; not in the text
     */
    public String sealed(String what, Instant now, Duration lifetime) {
        long until = now.plus(lifetime).getEpochSecond();
        return until + "." + signature(what, until);
    }

    /** Whether the text was made here for this, and its time is not over. */
    public boolean holds(String what, String text, Instant now) {
        int dot = text.indexOf('.');
        if (dot < 1 || dot > 12 || !text.chars().limit(dot).allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        long until = Long.parseLong(text.substring(0, dot));
        byte[] expected = signature(what, until).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, text.substring(dot + 1).getBytes(StandardCharsets.UTF_8))
                && now.getEpochSecond() < until;
    }

    private String signature(String what, long until) {
        byte[] signed = mac(key, (until + "." + what).getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }

    private static byte[] mac(byte[] key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
