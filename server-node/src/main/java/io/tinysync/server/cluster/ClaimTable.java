package io.tinysync.server.cluster;

import io.tinysync.server.postgres.Database;
import java.util.Optional;

/** Which cluster the database knows as the one that works on it. Calls block. */
final class ClaimTable {

    /** Who has not renewed a claim for so long has none any more. */
    static final int EXPIRY_SECONDS = 6;

    private final Database database;

    ClaimTable(Database database) {
        this.database = database;
    }

    /** The oldest node of the cluster that has a claim now, if one has. */
    Optional<String> holder() {
        return database.run(statements -> statements.first(
                row -> row.getString(1),
                "SELECT node FROM cluster_claim WHERE renewed_at > clock_timestamp() - make_interval(secs => ?)",
                EXPIRY_SECONDS));
    }

    /** Renews a cluster's claim, or takes it from one that has let it expire, or that has fewer members; who has it then. */
    Optional<String> claim(String node, int members) {
        database.run(statements -> statements.update("""
                INSERT INTO cluster_claim AS present (node, members, renewed_at) VALUES (?, ?, clock_timestamp())
                ON CONFLICT (only_row) DO UPDATE
                SET node = excluded.node, members = excluded.members, renewed_at = excluded.renewed_at
                WHERE present.node = excluded.node
                   OR present.members < excluded.members
                   OR present.renewed_at <= clock_timestamp() - make_interval(secs => ?)""", node, members, EXPIRY_SECONDS));
        return holder();
    }

    /** Gives up the claim of a node that has one, so that the next need not wait. */
    void release(String node) {
        database.run(statements -> statements.update("DELETE FROM cluster_claim WHERE node = ?", node));
    }
}
