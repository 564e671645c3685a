package io.tinysync.engine.protocol;

/**
 * Where the tables of a vault's items and usage stand, for those who run the server.
 *
 * @param headSeq the newest entry
 * @param projectedToSeq the newest entry that is in the tables
 * @param items live items as the tables have them, the root not counted
 * @param bytes of live files likewise
 */
public record ProjectionStatus(
        VaultId vaultId, String name, long headSeq, long projectedToSeq, long items, long bytes) {
    public ProjectionStatus {
        Require.present(vaultId, "vault_id");
        Require.present(name, "name");
    }
}
