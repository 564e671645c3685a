package io.tinysync.client.cli;

import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tinysync admin vault create|list}. */
@Command(name = "vault", description = "Makes and lists vaults.")
final class AdminVaultCommand extends CommandGroup {

    @Command(name = "create", description = "Makes a vault.")
    void create(
            @Mixin AdminOptions options,
            @Parameters(paramLabel = "NAME", description = "What people call it.") String name,
            @Option(
                            names = "--policy",
                            paramLabel = "portable|posix",
                            defaultValue = "portable",
                            description = "Which names its items may have, for ever (default: ${DEFAULT-VALUE}).")
                    NamePolicy policy) {
        VaultStatus vault = options.calls()
                .post("/v1/vaults", Checked.value(() -> new Management.CreateVault(name, policy)), VaultStatus.class);
        options.print(vault, "made vault " + vault.name() + " as " + vault.vaultId());
    }

    @Command(name = "list", description = "Lists the vaults.")
    void list(@Mixin AdminOptions options) {
        Management.VaultList list = options.calls().get("/v1/vaults", Management.VaultList.class);
        Table table = new Table("VAULT", "NAME", "POLICY", "ITEMS", "BYTES", "HEAD");
        for (VaultStatus vault : list.vaults()) {
            table.row(vault.vaultId(), vault.name(), vault.namePolicy(), vault.items(), vault.bytes(), vault.headSeq());
        }
        options.print(list, table.toString());
    }
}
