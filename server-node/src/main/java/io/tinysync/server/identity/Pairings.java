package io.tinysync.server.identity;

import io.tinysync.engine.protocol.AuditAction;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Management.Pairing;
import io.tinysync.engine.protocol.Management.RegisteredDevice;
import io.tinysync.engine.protocol.PairingCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The codes by which devices admit new ones to their own groups. Each is good once, and for ten minutes. Calls block. */
public final class Pairings {

    /** A device's codes that are neither used nor expired. */
    public static final int MAX_OPEN = 10;

    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Keeps this hash apart from any other that the same characters might have somewhere else. */
    private static final byte[] DOMAIN = "tinysync pairing code v1\0".getBytes(StandardCharsets.US_ASCII);

    private final Database database;

    public Pairings(Database database) {
        this.database = database;
    }

    /** What comes of asking for a code. */
    public sealed interface Made {

        /** The one time that the code is shown. */
        record Open(Pairing pairing) implements Made {}

        /** The device has {@link #MAX_OPEN} codes; the first of them expires after so long. */
        record TooMany(Duration retryAfter) implements Made {}

        /** The device was revoked since its token was looked up. */
        record Revoked() implements Made {}
    }

    /** Makes a code of a device. */
    public Made make(DeviceId maker, Origin origin) {
        return database.transact(statements -> {
            if (!isLocked(statements, maker)) {
                return new Made.Revoked();
            }
            List<Double> waits = waits(statements, maker);
            if (waits.size() >= MAX_OPEN) {
                return new Made.TooMany(Duration.ofSeconds((long) Math.ceil(waits.getFirst())));
            }
            Pairing pairing = open(statements, maker);
            Audit.note(statements, origin, AuditEvent.of(AuditAction.PAIRING_CREATED));
            return new Made.Open(pairing);
        });
    }

    /** Has other makings and a revocation of this device wait for the end of the transaction; false if it was revoked. */
    private static boolean isLocked(Statements statements, DeviceId device) throws SQLException {
        return statements
                .first(
                        row -> true,
                        "SELECT FROM devices WHERE device_id = ? AND revoked_at IS NULL FOR NO KEY UPDATE",
                        device.value())
                .isPresent();
    }

    /** After how many seconds each of the device's open codes expires, the first one first. */
    private static List<Double> waits(Statements statements, DeviceId maker) throws SQLException {
        return statements.list(row -> row.getDouble(1), """
                SELECT extract(epoch FROM expires_at - now()) FROM pairings
                WHERE device_id = ? AND expires_at > now() ORDER BY expires_at""", maker.value());
    }

    private static Pairing open(Statements statements, DeviceId maker) throws SQLException {
        PairingCode code = new PairingCode(RANDOM.nextLong() >>> (Long.SIZE - PairingCode.BITS));
        String expiresAt = statements
                .first(
                        row -> row.getTimestamp(1).toInstant().toString(),
                        """
                        INSERT INTO pairings (code_hash, device_id, expires_at)
                        VALUES (?, ?, now() + make_interval(secs => ?)) RETURNING expires_at""",
                        hash(code),
                        maker.value(),
                        LIFE.toSeconds())
                .orElseThrow();
        return new Pairing(code, expiresAt);
    }

    /**
     * Registers a device by a code: it is in the groups in which the code's maker is now. The code, the device, its groups and the audit
     * change together, and of several that use the same code one gets it.
     *
     * @param address from which the new device asks
     * @return empty if the code is wrong, was used, has expired, or its maker was revoked
     */
    public Optional<RegisteredDevice> join(PairingCode code, String displayName, String address) {
        DeviceToken token = DeviceToken.issue(new DeviceId(Uuid7.next()));
        return database.transact(statements -> {
            Optional<DeviceId> maker = used(statements, code);
            if (maker.isEmpty()) {
                return Optional.empty();
            }
            Devices.insert(statements, token, displayName);
            joinGroups(statements, maker.get(), token.deviceId());
            Audit.note(
                    statements,
                    Origin.device(maker.get(), address),
                    AuditEvent.of(AuditAction.DEVICE_PAIRED)
                            .to(token.deviceId())
                            .named(displayName));
            return Optional.of(token.shown());
        });
    }

    /** Whose code it was; whoever takes its row away has used it. */
    private static Optional<DeviceId> used(Statements statements, PairingCode code) throws SQLException {
        return statements.first(row -> new DeviceId(row.getObject(1, UUID.class)), """
                DELETE FROM pairings USING devices
                WHERE code_hash = ? AND expires_at > now()
                    AND devices.device_id = pairings.device_id AND revoked_at IS NULL
                RETURNING pairings.device_id""", hash(code));
    }

    /** A group that is being deleted, or that the maker is just leaving, is waited for and left out. */
    private static void joinGroups(Statements statements, DeviceId maker, DeviceId joining) throws SQLException {
        statements.update("""
                INSERT INTO group_devices (group_id, device_id)
                SELECT group_id, ? FROM device_groups JOIN group_devices USING (group_id) WHERE device_id = ?
                FOR KEY SHARE OF device_groups, group_devices""", joining.value(), maker.value());
    }

    /** Makes the codes of a device void that was just revoked. */
    static void close(Statements statements, DeviceId maker) throws SQLException {
        statements.update("DELETE FROM pairings WHERE device_id = ?", maker.value());
    }

    /** Deletes the codes that have expired. */
    public void forgetExpired() {
        database.run(statements -> statements.update("DELETE FROM pairings WHERE expires_at <= now()"));
    }

    private static byte[] hash(PairingCode code) {
        MessageDigest digest = Sha256.newDigest();
        digest.update(DOMAIN);
        return digest.digest(code.text().getBytes(StandardCharsets.US_ASCII));
    }
}
