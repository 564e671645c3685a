package io.tinysync.server.journal;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import io.tinysync.server.identity.VaultQuota;
import io.tinysync.server.postgres.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * What the database says of vaults, in one query and without asking one of them: so a list neither brings all vaults into memory nor
 * fails with one that cannot answer. Positions are those of the journals, items and bytes those of the tables that follow them. Calls
 * block.
 */
public final class ListedVaults {

    private static final String VAULTS = """
            SELECT vault_id, name, name_policy, head.sequence_number, head.event_payload,
                (SELECT coalesce(min(sequence_number), 1) FROM event_journal WHERE persistence_id = key),
                coalesce(items, 0), coalesce(bytes, 0), quota_bytes, quota_items, quota_revision
            FROM (SELECT vault_id, name, name_policy, quota_bytes, quota_items, quota_revision, ? || vault_id AS key FROM vaults) AS vaults
            LEFT JOIN vault_usage USING (vault_id)
            LEFT JOIN LATERAL (SELECT sequence_number, event_payload FROM event_journal WHERE persistence_id = key
                               ORDER BY sequence_number DESC LIMIT 1) AS head ON TRUE""";

    private final Database database;
    private final Limits limits;

    public ListedVaults(Database database, Limits limits) {
        this.database = database;
        this.limits = limits;
    }

    public List<VaultStatus> all() {
        return database.run(
                statements -> statements.list(this::status, VAULTS + " ORDER BY vault_id", JournalEntries.KEY_PREFIX));
    }

    /** Those granted to a group that the device is in. */
    public List<VaultStatus> reachedBy(DeviceId device) {
        return database.run(
                statements -> statements.list(this::status, VAULTS + """
                         WHERE vault_id IN (
                            SELECT vault_id FROM group_devices JOIN group_vaults USING (group_id) WHERE device_id = ?)
                        ORDER BY vault_id""", JournalEntries.KEY_PREFIX, device.value()));
    }

    private VaultStatus status(ResultSet row) throws SQLException {
        byte[] last = row.getBytes(5);
        return new VaultStatus(
                new VaultId(row.getObject(1, UUID.class)),
                row.getString(2),
                NamePolicy.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                last == null
                        ? Cursor.START.epoch()
                        : EntryJson.parsed(last).path("epoch").longValue(),
                row.getLong(4),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                VaultQuota.read(row, 9).in(limits));
    }
}
