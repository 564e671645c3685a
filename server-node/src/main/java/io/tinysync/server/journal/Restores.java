package io.tinysync.server.journal;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Notices that the database was restored from a backup, by its own history having changed, and keeps in mind which vaults have yet
 * to begin the epoch that follows. Calls block.
 */
public final class Restores {

    private final Database database;

    public Restores(Database database) {
        this.database = database;
    }

    /** A PostgreSQL's own history: a restore or a promoted standby begins another timeline, a dump and reload another system. */
    private record History(long systemIdentifier, int timeline) {}

    /**
     * Marks every vault that has a log if the database is of another history than when this was last called, or if the operator
     * says so. Marking and remembering the history are one transaction.
     */
    public void notice(boolean announced) {
        database.<Boolean>transact(statements -> {
            History now = statements
                    .first(
                            row -> new History(row.getLong(1), row.getInt(2)),
                            "SELECT system_identifier, timeline_id FROM pg_control_system(), pg_control_checkpoint()")
                    .orElseThrow();
            Optional<History> before = statements.first(
                    row -> new History(row.getLong(1), row.getInt(2)),
                    "SELECT system_identifier, timeline FROM server_history FOR UPDATE");
            if (announced || before.filter(history -> !history.equals(now)).isPresent()) {
                statements.update("UPDATE vaults SET epoch_pending = TRUE");
            }
            remember(statements, now);
            return true;
        });
    }

    private static void remember(Statements statements, History now) throws SQLException {
        statements.update("""
                INSERT INTO server_history (system_identifier, timeline) VALUES (?, ?)
                ON CONFLICT (only_row) DO UPDATE
                SET system_identifier = excluded.system_identifier, timeline = excluded.timeline""", now.systemIdentifier(), now.timeline());
    }

    /** The vaults whose next epoch has yet to begin. */
    public List<VaultId> pending() {
        return database.run(statements -> statements.list(
                row -> new VaultId(row.getObject(1, UUID.class)), "SELECT vault_id FROM vaults WHERE epoch_pending"));
    }

    /** The vault's new epoch has begun. */
    public void begun(VaultId vaultId) {
        database.run(statements ->
                statements.update("UPDATE vaults SET epoch_pending = FALSE WHERE vault_id = ?", vaultId.value()));
    }
}
