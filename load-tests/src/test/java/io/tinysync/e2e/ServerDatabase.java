package io.tinysync.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The embedded PostgreSQL of a server that runs, reached beside it. */
final class ServerDatabase {

    private ServerDatabase() {}

    /** Marks a vault's entries up to {@code seq} as deleted, as the journal's own deletion does, or not; returns how many it were. */
    static int markDeleted(ServerProcess server, String vaultId, long seq, boolean deleted)
            throws IOException, SQLException {
        try (Connection database = connect(server.data().resolve("postgres"));
                PreparedStatement delete = database.prepareStatement(
                        "UPDATE event_journal SET deleted = ? WHERE persistence_id LIKE ? AND sequence_number <= ?")) {
            delete.setBoolean(1, deleted);
            delete.setString(2, "%" + vaultId);
            delete.setLong(3, seq);
            return delete.executeUpdate();
        }
    }

    private static Connection connect(Path postgres) throws IOException, SQLException {
        // The fourth line of postmaster.pid is the port, see PostgreSQL's miscadmin.h.
        String port =
                Files.readAllLines(postgres.resolve("cluster/postmaster.pid")).get(3);
        String password = Files.readString(postgres.resolve("password")).strip();
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "tinysync", password);
    }
}
