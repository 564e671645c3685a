package io.tinysync.client.cli;

import picocli.CommandLine.Command;

/** {@code tinysync admin}: management of a server, with its admin token. */
@Command(
        name = "admin",
        description = "Manages a server's vaults, groups, devices and links, with --server and the admin token.",
        subcommands = {
            AdminVaultCommand.class,
            AdminGroupCommand.class,
            AdminDeviceCommand.class,
            AdminLinkCommand.class,
            AdminGcCommand.class,
            AdminVerifyCommand.class,
            AdminProjectionsCommand.class,
            AdminAuditCommand.class
        })
final class AdminCommand extends CommandGroup {}
