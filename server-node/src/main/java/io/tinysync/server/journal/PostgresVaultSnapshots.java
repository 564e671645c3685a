package io.tinysync.server.journal;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.VaultSnapshots;
import io.tinysync.server.postgres.Database;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.util.ByteString;

/** States of vaults in PostgreSQL, a row each. */
public final class PostgresVaultSnapshots implements VaultSnapshots {

    private final Database database;
    private final Executor threads;

    /** @param threads for blocking statements */
    public PostgresVaultSnapshots(Database database, Executor threads) {
        this.database = database;
        this.threads = threads;
    }

    @Override
    public CompletionStage<Void> save(VaultId vaultId, Stored state) {
        return CompletableFuture.runAsync(
                () -> database.<Integer>transact(statements -> {
                    statements.update(
                            """
                            INSERT INTO vault_snapshots (vault_id, seq, state) VALUES (?, ?, ?)
                            ON CONFLICT (vault_id, seq) DO UPDATE SET state = excluded.state""", vaultId.value(), state.seq(), state.bytes().toArrayUnsafe());
                    return statements.update("""
                            DELETE FROM vault_snapshots WHERE vault_id = ? AND seq NOT IN (
                                SELECT seq FROM vault_snapshots WHERE vault_id = ? ORDER BY seq DESC LIMIT ?)""", vaultId.value(), vaultId.value(), KEPT);
                }),
                threads);
    }

    @Override
    public CompletionStage<Optional<Stored>> newest(VaultId vaultId, long maxSeq) {
        return CompletableFuture.supplyAsync(
                () -> database.run(statements -> statements.first(
                        row -> new Stored(row.getLong(1), ByteString.fromArrayUnsafe(row.getBytes(2))),
                        """
                        SELECT seq, state FROM vault_snapshots WHERE vault_id = ? AND seq <= ?
                        ORDER BY seq DESC LIMIT 1""",
                        vaultId.value(),
                        maxSeq)),
                threads);
    }
}
