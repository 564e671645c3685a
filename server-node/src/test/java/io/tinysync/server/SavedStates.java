package io.tinysync.server;

import io.tinysync.engine.protocol.VaultId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The saved states of one vault, asked of the PostgreSQL that a running server has of its own. */
final class SavedStates implements AutoCloseable {

    private final Connection connection;
    private final VaultId vault;

    private SavedStates(Connection connection, VaultId vault) {
        this.connection = connection;
        this.vault = vault;
    }

    /** @param data the server's data directory */
    static SavedStates of(Path data, VaultId vault) throws Exception {
        Path postgres = data.resolve("postgres");
        String port = Files.readAllLines(postgres.resolve("cluster/postmaster.pid"))
                .get(3)
                .strip();
        String password = Files.readString(postgres.resolve("password")).strip();
        return new SavedStates(
                DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "tinysync", password),
                vault);
    }

    /** The seq of the newest that was read back whole; 0 if there is none. */
    long provenSeq() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT coalesce(max(seq), 0) FROM vault_states WHERE vault_id = ? AND proven")) {
            statement.setObject(1, vault.value());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
