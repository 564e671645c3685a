package io.tinysync.engine.protocol;

/**
 * A vault as its server describes it to those who reach it.
 *
 * @param items live items, the root not counted
 * @param bytes of all live files together
 */
public record VaultStatus(
        VaultId vaultId,
        String name,
        NamePolicy namePolicy,
        long epoch,
        long headSeq,
        long minRetainedSeq,
        long items,
        long bytes,
        Limits limits) {
    public VaultStatus {
        Require.present(vaultId, "vault_id");
        Require.present(name, "name");
        Require.present(namePolicy, "name_policy");
        Require.present(limits, "limits");
    }
}
