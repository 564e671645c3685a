package io.tinysync.server.identity;

import io.tinysync.engine.protocol.AuditAction;
import io.tinysync.engine.protocol.Management.SetQuota;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The vaults' names and policies; what is in them is their entities' affair. Calls block. */
public final class Vaults {

    private static final String COLUMNS =
            "SELECT vault_id, name, name_policy, quota_bytes, quota_items, quota_revision FROM vaults";

    private final Database database;

    public Vaults(Database database) {
        this.database = database;
    }

    /** What was decided when the vault was made, and holds for its life; and its quota. */
    public record Registration(VaultId vaultId, String name, NamePolicy namePolicy, VaultQuota quota) {}

    /** Empty if a vault has this name already. */
    public Optional<Registration> create(String name, NamePolicy policy, Origin origin) {
        VaultId id = new VaultId(Uuid7.next());
        boolean added = Audit.change(
                database,
                origin,
                AuditEvent.of(AuditAction.VAULT_CREATED).to(id).named(name),
                "INSERT INTO vaults (vault_id, name, name_policy) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
                id.value(),
                name,
                policy.name().toLowerCase(Locale.ROOT));
        return added ? Optional.of(new Registration(id, name, policy, VaultQuota.NONE_SET)) : Optional.empty();
    }

    /** Sets what the vault may hold; false if there is no such vault. */
    public boolean setQuota(VaultId id, SetQuota quota, Origin origin) {
        return Audit.change(
                database,
                origin,
                AuditEvent.of(AuditAction.VAULT_QUOTA_CHANGED).to(id),
                """
                UPDATE vaults SET quota_bytes = ?::bigint, quota_items = ?::bigint, quota_revision = quota_revision + 1
                WHERE vault_id = ?""",
                Optional.ofNullable(quota.quotaBytes()),
                Optional.ofNullable(quota.quotaItems()),
                id.value());
    }

    public Optional<Registration> find(VaultId id) {
        return database.run(
                statements -> statements.first(Vaults::registration, COLUMNS + " WHERE vault_id = ?", id.value()));
    }

    public List<Registration> list() {
        return database.run(statements -> statements.list(Vaults::registration, COLUMNS + " ORDER BY vault_id"));
    }

    private static Registration registration(ResultSet row) throws SQLException {
        return new Registration(
                new VaultId(row.getObject(1, UUID.class)),
                row.getString(2),
                NamePolicy.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                VaultQuota.read(row, 4));
    }
}
