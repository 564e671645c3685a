package io.tinysync.client.cli;

import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.ProjectionStatus;
import io.tinysync.engine.protocol.VaultId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tinysync admin projections list|rebuild}: the server's tables of items and usage, which follow the vaults' logs. */
@Command(
        name = "projections",
        description = "Shows how far the server's tables of items are behind, and has them made anew.")
final class AdminProjectionsCommand extends CommandGroup {

    /** What {@code --json} prints where the server's answer has no body. */
    private record Asked(List<VaultId> vaults) {}

    @Command(name = "list", description = "Shows every vault's head and how many of its entries the tables lack.")
    void list(@Mixin AdminOptions options) {
        Management.ProjectionList list = projections(options.calls());
        Table table = new Table("VAULT", "NAME", "HEAD", "BEHIND", "ITEMS", "BYTES");
        for (ProjectionStatus vault : list.projections()) {
            table.row(
                    vault.vaultId(),
                    vault.name(),
                    vault.headSeq(),
                    vault.headSeq() - vault.projectedToSeq(),
                    vault.items(),
                    vault.bytes());
        }
        options.print(list, table.toString());
    }

    @Command(
            name = "rebuild",
            description =
                    "Has the tables made anew from the vault, or from all vaults; 'list' shows when they are there.")
    void rebuild(
            @Mixin AdminOptions options,
            @Parameters(paramLabel = "VAULT", arity = "0..1", description = "Id or name; all if missing.") @Nullable
                    String vault) {
        ServerCalls calls = options.calls();
        List<VaultId> vaults = vault == null
                ? projections(calls).projections().stream()
                        .map(ProjectionStatus::vaultId)
                        .toList()
                : List.of(Named.vault(calls, vault));
        vaults.forEach(id -> calls.put("/v1/projections/" + id));
        options.print(new Asked(vaults), "the tables of " + vaults.size() + " vaults are being made anew");
    }

    private static Management.ProjectionList projections(ServerCalls calls) {
        return calls.get("/v1/projections", Management.ProjectionList.class);
    }
}
