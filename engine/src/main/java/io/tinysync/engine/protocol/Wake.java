package io.tinysync.engine.protocol;

/** A hint that a vault's log has reached {@code headSeq}; it may be lost, repeated or late, and carries no data. */
public record Wake(VaultId vaultId, long headSeq) {
    public Wake {
        Require.present(vaultId, "vault_id");
    }
}
