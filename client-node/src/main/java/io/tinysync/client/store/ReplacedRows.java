package io.tinysync.client.store;

import io.tinysync.engine.protocol.Sha256;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table of contents that an item had and has no more, and its rows. */
final class ReplacedRows {

    private final Sql sql;

    ReplacedRows(Sql sql) {
        this.sql = sql;
    }

    List<Sha256> after(Optional<Sha256> after, int limit) throws SQLException {
        return sql.all(
                row -> Sha256.of(row.getBytes(1)),
                "SELECT sha256 FROM replaced_content WHERE sha256 > ? ORDER BY sha256 LIMIT ?",
                after.map(Sha256::toBytes).orElse(new byte[0]),
                limit);
    }

    void add(Sha256 sha256) throws SQLException {
        sql.update("INSERT OR IGNORE INTO replaced_content VALUES (?)", (Object) sha256.toBytes());
    }

    void remove(Sha256 sha256) throws SQLException {
        sql.update("DELETE FROM replaced_content WHERE sha256 = ?", (Object) sha256.toBytes());
    }
}
