package io.tinysync.server.journal;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.engine.vault.VaultEntity;
import io.tinysync.engine.vault.VaultJournal;
import io.tinysync.server.postgres.Database;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Positions of vaults' logs, read from the journal's table. */
public final class PostgresJournal implements VaultJournal {

    private final Database database;
    private final Executor threads;

    /** @param threads for blocking reads */
    public PostgresJournal(Database database, Executor threads) {
        this.database = database;
        this.threads = threads;
    }

    @Override
    public CompletionStage<Long> highestSeq(VaultId vaultId) {
        return CompletableFuture.supplyAsync(() -> highest(vaultId), threads);
    }

    private long highest(VaultId vaultId) {
        return database.run(statements -> statements
                .first(
                        row -> row.getLong(1),
                        "SELECT coalesce(max(sequence_number), 0) FROM event_journal WHERE persistence_id = ?",
                        key(vaultId))
                .orElseThrow());
    }

    @Override
    public CompletionStage<Optional<Chain>> chainAt(VaultId vaultId, long seq) {
        return CompletableFuture.supplyAsync(() -> chain(vaultId, seq), threads);
    }

    private Optional<Chain> chain(VaultId vaultId, long seq) {
        return database.run(statements -> {
            Optional<Chain> kept = statements
                    .first(
                            row -> row.getBytes(1),
                            "SELECT event_payload FROM event_journal WHERE persistence_id = ? AND sequence_number = ?",
                            key(vaultId),
                            seq)
                    .map(bytes ->
                            Chain.parse(EntryJson.parsed(bytes).path("chain").textValue()));
            return kept.isPresent() ? kept : PostgresLogIndex.chain(statements, vaultId, seq);
        });
    }

    /** The oldest entry that is still served; 1 while there is none. Blocks. */
    public long minRetainedSeq(VaultId vaultId) {
        return database.run(statements -> statements
                .first(
                        row -> row.getLong(1),
                        "SELECT coalesce(min(sequence_number), 1) FROM event_journal WHERE persistence_id = ?",
                        key(vaultId))
                .orElseThrow());
    }

    /** Why the journal cannot be read; fails if it does not say. Blocks. */
    public Optional<String> fault() {
        database.run(statements -> statements.first(row -> true, "SELECT 1 FROM event_journal LIMIT 1"));
        return Optional.empty();
    }

    /** The heads of the vaults that a device reaches; blocks. */
    public List<Wake> headsReachedBy(DeviceId device) {
        return database.run(statements -> statements.list(
                row -> new Wake(new VaultId(row.getObject(1, UUID.class)), row.getLong(2)),
                """
                SELECT vault_id, (SELECT coalesce(max(sequence_number), 0) FROM event_journal
                                  WHERE persistence_id = ? || vault_id)
                FROM (SELECT DISTINCT vault_id FROM group_devices JOIN group_vaults USING (group_id)
                      WHERE device_id = ?) AS reached""",
                VaultEntity.KEY.name() + "|",
                device.value()));
    }

    /** A vault's rows in the journal. */
    static String key(VaultId vaultId) {
        return VaultEntity.persistenceId(vaultId).id();
    }
}
