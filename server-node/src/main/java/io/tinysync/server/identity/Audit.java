package io.tinysync.server.identity;

import io.tinysync.engine.protocol.AuditAction;
import io.tinysync.engine.protocol.AuditEntry;
import io.tinysync.engine.protocol.AuditEntry.Actor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.GroupId;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.LinkId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was done to devices, groups, grants, vaults and public links, noted in the transactions that did it; what was restored is noted by a trigger
 * in that of the journal, see {@link RestoreRequests}. Entries are never changed, and become visible in their order: who has read up to one of
 * them misses none. Calls block.
 */
public final class Audit {

    /** Held from the noting to the commit, so that no entry becomes visible after a later one. */
    private static final long ORDER_LOCK = 0x7453_6175_6469_7401L;

    /** A node that stands still with the lock must not take every connection of the others with it. */
    private static final String LOCK_TIMEOUT = "3s";

    private static final int FORGOTTEN_AT_ONCE = 1000;

    private static final String COLUMNS =
            "SELECT audit_id, at, actor, actor_device_id, address, action, device_id, group_id, vault_id, link_id, item_id, name"
                    + " FROM audit";

    private final Database database;

    public Audit(Database database) {
        this.database = database;
    }

    /** Notes an event as the last statement of the transaction in which it happens; a passing failure if others are in the way for long. */
    public static void note(Statements statements, Origin origin, AuditEvent event) throws SQLException {
        var _ = statements.first(row -> true, "SELECT set_config('lock_timeout', ?, true)", LOCK_TIMEOUT);
        var _ = statements.first(row -> true, "SELECT pg_advisory_xact_lock(?)", ORDER_LOCK);
        statements.update(
                """
                INSERT INTO audit (actor, actor_device_id, address, action, device_id, group_id, vault_id, link_id, name)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                origin.actor().name().toLowerCase(Locale.ROOT),
                origin.device().map(DeviceId::value),
                origin.address(),
                event.action().toString(),
                event.device().map(DeviceId::value),
                event.group().map(GroupId::value),
                event.vault().map(VaultId::value),
                event.link().map(LinkId::value),
                event.name());
    }

    /** Changes rows and notes it, both or neither; false, and nothing is noted, if no row was changed. */
    public static boolean change(Database database, Origin origin, AuditEvent event, String sql, Object... arguments) {
        return database.transact(statements -> {
            boolean changed = statements.update(sql, arguments) > 0;
            if (changed) {
                note(statements, origin, event);
            }
            return changed;
        });
    }

    /** The oldest entries after one of them; the newest if none is named. Oldest first. */
    public List<AuditEntry> read(OptionalLong after, int limit) {
        return database.run(statements -> after.isPresent()
                ? statements.list(
                        Audit::entry,
                        COLUMNS + " WHERE audit_id > ? ORDER BY audit_id LIMIT ?",
                        after.getAsLong(),
                        limit)
                : statements
                        .list(Audit::entry, COLUMNS + " ORDER BY audit_id DESC LIMIT ?", limit)
                        .reversed());
    }

    /** Deletes the entries that are older, the oldest first. */
    public void forget(Duration age) {
        int gone;
        do {
            gone = database.run(statements -> statements.update("""
                    DELETE FROM audit WHERE at < now() - make_interval(secs => ?)
                    AND audit_id IN (SELECT audit_id FROM audit ORDER BY audit_id LIMIT ?)""", age.toSeconds(), FORGOTTEN_AT_ONCE));
        } while (gone == FORGOTTEN_AT_ONCE);
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong(1),
                row.getTimestamp(2).toInstant().toString(),
                Actor.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                id(row, 4, DeviceId::new),
                row.getString(5),
                AuditAction.parse(row.getString(6)),
                id(row, 7, DeviceId::new),
                id(row, 8, GroupId::new),
                id(row, 9, VaultId::new),
                id(row, 10, LinkId::new),
                id(row, 11, ItemId::new),
                row.getString(12));
    }

    private static <T> @Nullable T id(ResultSet row, int column, Function<UUID, T> wrap) throws SQLException {
        return Optional.ofNullable(row.getObject(column, UUID.class)).map(wrap).orElse(null);
    }
}
