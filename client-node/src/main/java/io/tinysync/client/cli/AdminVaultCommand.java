package io.tinysync.client.cli;

import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tinysync admin vault create|list|quota}. */
@Command(name = "vault", description = "Makes, lists and limits vaults.")
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

    @Command(name = "quota", description = "Sets what a vault may hold; what it holds already stays.")
    void quota(
            @Mixin AdminOptions options,
            @Parameters(paramLabel = "VAULT", description = "Its id or name.") String vault,
            @Option(
                            names = "--bytes",
                            paramLabel = "BYTES",
                            description =
                                    "All files together; 0: without a limit; left out: as the server's settings say.")
                    Long bytes,
            @Option(
                            names = "--items",
                            paramLabel = "N",
                            description =
                                    "Files, folders and links; 0: any number; left out: as the server's settings say.")
                    Long items) {
        ServerCalls calls = options.calls();
        VaultStatus limited = calls.put(
                "/v1/vaults/" + Named.vault(calls, vault) + "/quota",
                Checked.value(() -> new Management.SetQuota(bytes, items)),
                VaultStatus.class);
        options.print(limited, limited.name() + " may hold " + quota(limited.limits()));
    }

    private static String quota(Limits limits) {
        return amount(limits.quotaBytes(), "bytes") + " and " + amount(limits.quotaItems(), "items");
    }

    private static String amount(long quota, String of) {
        return quota == 0 ? "any number of " + of : quota + " " + of;
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
