package io.tinysync.server.identity;

import io.tinysync.engine.protocol.AuditAction;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Management.DeviceStatus;
import io.tinysync.engine.protocol.Management.RegisteredDevice;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The registered devices. Calls block. */
public final class Devices {

    /** "Last seen" is for people: once a minute is often enough, and spares a write on every request. */
    private static final String SEEN_LONG_AGO = "(last_seen_at IS NULL OR last_seen_at < now() - interval '1 minute')";

    private static final String STATUS =
            "SELECT device_id, display_name, created_at, last_seen_at, revoked_at FROM devices";

    private final Database database;

    public Devices(Database database) {
        this.database = database;
    }

    /**
     * A device that has proved who it is.
     *
     * @param reachesVault whether one of its groups was granted the vault that was asked about
     */
    public record Authenticated(DeviceId deviceId, boolean reachesVault) {}

    public RegisteredDevice register(String displayName, Origin origin) {
        DeviceToken token = DeviceToken.issue(new DeviceId(Uuid7.next()));
        AuditEvent event = AuditEvent.of(AuditAction.DEVICE_REGISTERED)
                .to(token.deviceId())
                .named(displayName);
        return database.transact(statements -> {
            insert(statements, token, displayName);
            Audit.note(statements, origin, event);
            return token.shown();
        });
    }

    static void insert(Statements statements, DeviceToken token, String displayName) throws SQLException {
        statements.update(
                "INSERT INTO devices (device_id, display_name, secret_hash) VALUES (?, ?, ?)",
                token.deviceId().value(),
                displayName,
                token.secretHash().toBytes());
    }

    /** Whose token this is and whether it reaches the vault, in one indexed query; empty if it is nobody's or was revoked. */
    Optional<Authenticated> authenticate(DeviceToken token, Optional<VaultId> vault) {
        UUID vaultId = vault.map(VaultId::value).orElse(new UUID(0, 0));
        Optional<Row> row = database.run(statements -> statements.first(
                Row::read,
                """
                SELECT secret_hash, %s, EXISTS (
                    SELECT 1 FROM group_devices JOIN group_vaults USING (group_id)
                    WHERE group_devices.device_id = devices.device_id AND vault_id = ?)
                FROM devices WHERE device_id = ? AND revoked_at IS NULL""".formatted(SEEN_LONG_AGO),
                vaultId,
                token.deviceId().value()));
        if (row.isEmpty() || !token.matches(row.get().secretHash())) {
            return Optional.empty();
        }
        if (row.get().seenLongAgo()) {
            markSeen(token.deviceId());
        }
        return Optional.of(new Authenticated(token.deviceId(), row.get().reachesVault()));
    }

    private record Row(Sha256 secretHash, boolean seenLongAgo, boolean reachesVault) {
        static Row read(ResultSet row) throws SQLException {
            return new Row(Sha256.of(row.getBytes(1)), row.getBoolean(2), row.getBoolean(3));
        }
    }

    /** Of requests at the same time one writes it. */
    private void markSeen(DeviceId deviceId) {
        database.run(statements -> statements.update(
                "UPDATE devices SET last_seen_at = now() WHERE device_id = ? AND " + SEEN_LONG_AGO, deviceId.value()));
    }

    /** The vaults that each of these devices reaches; without those that were revoked. One query. */
    public Map<DeviceId, Set<VaultId>> reaching(Set<DeviceId> devices) {
        Map<DeviceId, Set<VaultId>> reached = new HashMap<>();
        UUID[] asked = devices.stream().map(DeviceId::value).toArray(UUID[]::new);
        database.run(statements -> statements.list(row -> addReached(reached, row), """
                SELECT devices.device_id, vault_id
                FROM devices LEFT JOIN (group_devices JOIN group_vaults USING (group_id)) USING (device_id)
                WHERE devices.device_id = ANY (?) AND revoked_at IS NULL""", (Object) asked));
        return reached;
    }

    private static DeviceId addReached(Map<DeviceId, Set<VaultId>> reached, ResultSet row) throws SQLException {
        DeviceId device = new DeviceId(row.getObject(1, UUID.class));
        Set<VaultId> vaults = reached.computeIfAbsent(device, id -> new HashSet<>());
        UUID vault = row.getObject(2, UUID.class);
        if (vault != null) {
            vaults.add(new VaultId(vault));
        }
        return device;
    }

    /** All of them, the revoked included, oldest first. */
    public List<DeviceStatus> list() {
        return database.run(statements -> statements.list(Devices::status, STATUS + " ORDER BY device_id"));
    }

    public Optional<DeviceStatus> find(DeviceId deviceId) {
        return database.run(
                statements -> statements.first(Devices::status, STATUS + " WHERE device_id = ?", deviceId.value()));
    }

    /** Ends the device's token and pairing codes for ever; false if there is no such device. Again changes nothing. */
    public boolean revoke(DeviceId deviceId, Origin origin) {
        boolean revoked = database.transact(statements -> {
            int changed = statements.update(
                    "UPDATE devices SET revoked_at = now() WHERE device_id = ? AND revoked_at IS NULL",
                    deviceId.value());
            if (changed > 0) {
                Pairings.close(statements, deviceId);
                Audit.note(
                        statements,
                        origin,
                        AuditEvent.of(AuditAction.DEVICE_REVOKED).to(deviceId));
            }
            return changed > 0;
        });
        return revoked || find(deviceId).isPresent();
    }

    private static DeviceStatus status(ResultSet row) throws SQLException {
        return new DeviceStatus(
                new DeviceId(row.getObject(1, UUID.class)),
                row.getString(2),
                row.getTimestamp(3).toInstant().toString(),
                instant(row, 4).map(Instant::toString).orElse(null),
                instant(row, 5).isPresent());
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
