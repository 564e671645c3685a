package io.tinysync.server.identity;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Management.RegisteredDevice;
import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** A device's proof of identity, {@code tsdev_{device_id}_{secret}}; the secret is 32 random bytes as base64url without padding. */
final class DeviceToken {

    private static final String PREFIX = "tsdev_";
    private static final int UUID_CHARS = 36;
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Keeps this hash apart from any other that the same bytes might have somewhere else. */
    private static final byte[] DOMAIN = "tinysync device secret v1\0".getBytes(StandardCharsets.US_ASCII);

    private final DeviceId deviceId;
    private final byte[] secret;

    private DeviceToken(DeviceId deviceId, byte[] secret) {
        this.deviceId = deviceId;
        this.secret = secret;
    }

    static DeviceToken issue(DeviceId deviceId) {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return new DeviceToken(deviceId, secret);
    }

    /** Empty if the text is not of a token's form. */
    static Optional<DeviceToken> parse(String text) {
        int secretAt = PREFIX.length() + UUID_CHARS + 1;
        if (!text.startsWith(PREFIX) || text.length() <= secretAt || text.charAt(secretAt - 1) != '_') {
            return Optional.empty();
        }
        try {
            DeviceId id = DeviceId.parse(text.substring(PREFIX.length(), secretAt - 1));
            byte[] secret = Base64.getUrlDecoder().decode(text.substring(secretAt));
            return secret.length == SECRET_BYTES ? Optional.of(new DeviceToken(id, secret)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    DeviceId deviceId() {
        return deviceId;
    }

    /** What the server keeps of the secret. */
    Sha256 secretHash() {
        MessageDigest digest = Sha256.newDigest();
        digest.update(DOMAIN);
        return Sha256.of(digest.digest(secret));
    }

    /** Compares in a time that tells nothing of where the hashes differ. */
    boolean matches(Sha256 expectedHash) {
        return MessageDigest.isEqual(secretHash().toBytes(), expectedHash.toBytes());
    }

    /** The token as it is shown, once, to the device that it is of. */
    RegisteredDevice shown() {
        String text = PREFIX + deviceId + "_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new RegisteredDevice(deviceId, text);
    }
}
