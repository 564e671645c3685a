package io.tinysync.server.identity;

import io.tinysync.engine.protocol.Limits;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What an administrator has set for one vault.
 *
 * @param bytes of all live files; 0 without a limit, empty as the server's settings have it
 * @param items that live, likewise
 * @param revision how often it was set
 */
public record VaultQuota(Optional<Long> bytes, Optional<Long> items, long revision) {

    static final VaultQuota NONE_SET = new VaultQuota(Optional.empty(), Optional.empty(), 0);

    /** Of the columns quota_bytes, quota_items and quota_revision, the first of which is named. */
    public static VaultQuota read(ResultSet row, int first) throws SQLException {
        return new VaultQuota(number(row, first), number(row, first + 1), row.getLong(first + 2));
    }

    private static Optional<Long> number(ResultSet row, int column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(number);
    }

    /** The vault's limits, where those of the server are these. */
    public Limits in(Limits server) {
        return server.withQuotas(bytes.orElse(server.quotaBytes()), items.orElse(server.quotaItems()));
    }
}
