package io.tinysync.server.journal;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.VaultSnapshots;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** States of vaults in PostgreSQL, as rows of pieces. */
public final class PostgresVaultSnapshots implements VaultSnapshots {

    private final Database database;

    public PostgresVaultSnapshots(Database database) {
        this.database = database;
    }

    @Override
    public void save(VaultId vaultId, long seq, Encoder state) throws IOException {
        unwrapped(() -> database.<Boolean>transact(statements -> {
            statements.update(
                    "DELETE FROM vault_states WHERE vault_id = ? AND seq = ? AND NOT proven", vaultId.value(), seq);
            int made = statements.update(
                    "INSERT INTO vault_states (vault_id, seq) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    vaultId.value(),
                    seq);
            if (made == 1) {
                write(statements, vaultId, seq, state);
            }
            return true;
        }));
    }

    private static void write(Statements statements, VaultId vaultId, long seq, Encoder state) {
        try (OutputStream out = new PieceOutput((number, bytes) -> statements.update(
                "INSERT INTO vault_state_pieces (vault_id, seq, piece, bytes) VALUES (?, ?, ?, ?)",
                vaultId.value(),
                seq,
                number,
                bytes))) {
            state.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void proven(VaultId vaultId, long seq) {
        database.<Integer>transact(statements -> {
            statements.update(
                    "UPDATE vault_states SET proven = TRUE WHERE vault_id = ? AND seq = ?", vaultId.value(), seq);
            return statements.update("""
                    DELETE FROM vault_states WHERE vault_id = ? AND seq < (
                        SELECT min(seq) FROM (SELECT seq FROM vault_states WHERE vault_id = ? AND proven
                                              ORDER BY seq DESC LIMIT ?) AS kept)""", vaultId.value(), vaultId.value(), KEPT);
        });
    }

    /** The oldest state that is kept and proven: everything from it on can be recovered without what is before. Blocks. */
    public OptionalLong oldestProven(VaultId vaultId) {
        return proven(vaultId, "min");
    }

    /** The newest state that is proven. Blocks. */
    public OptionalLong newestProven(VaultId vaultId) {
        return proven(vaultId, "max");
    }

    private OptionalLong proven(VaultId vaultId, String end) {
        return database.run(statements -> statements.first(
                        row -> row.getLong(1),
                        "SELECT coalesce(" + end + "(seq), 0) FROM vault_states WHERE vault_id = ? AND proven",
                        vaultId.value()))
                .filter(seq -> seq > 0)
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    @Override
    public <T> Optional<T> newest(VaultId vaultId, long maxSeq, Decoder<T> decoder) throws IOException {
        Optional<Long> seq = database.run(statements -> statements.first(
                row -> row.getLong(1),
                "SELECT seq FROM vault_states WHERE vault_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
                vaultId.value(),
                maxSeq));
        return seq.isEmpty() ? Optional.empty() : at(vaultId, seq.get(), decoder);
    }

    @Override
    public <T> Optional<T> at(VaultId vaultId, long seq, Decoder<T> decoder) throws IOException {
        return unwrapped(() -> database.transact(statements -> {
            Optional<Boolean> there = statements.first(
                    row -> true, "SELECT 1 FROM vault_states WHERE vault_id = ? AND seq = ?", vaultId.value(), seq);
            if (there.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream in = new PieceInput(number -> piece(statements, vaultId, seq, number))) {
                return Optional.of(Objects.requireNonNull(decoder.readFrom(seq, in)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    private static Optional<byte[]> piece(Statements statements, VaultId vaultId, long seq, int number)
            throws SQLException {
        return statements.first(
                row -> row.getBytes(1),
                "SELECT bytes FROM vault_state_pieces WHERE vault_id = ? AND seq = ? AND piece = ?",
                vaultId.value(),
                seq,
                number);
    }

    /** A step whose faults of reading or writing the state itself come out as what they are. */
    @FunctionalInterface
    private interface Step<T> {
        T run();
    }

    private static <T> T unwrapped(Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
