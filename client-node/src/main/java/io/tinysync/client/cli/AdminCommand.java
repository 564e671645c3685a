package io.tinysync.client.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tinysync admin}: management of a server, with its admin token. */
@Command(
        name = "admin",
        description = "Manages a server's vaults, groups and devices, with --server and TINYSYNC_ADMIN_TOKEN.",
        subcommands = {
            AdminVaultCommand.class,
            AdminGroupCommand.class,
            AdminDeviceCommand.class,
            AdminGcCommand.class,
            AdminVerifyCommand.class,
            AdminProjectionsCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
final class AdminCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw needsCommand(spec);
    }

    static ParameterException needsCommand(CommandSpec spec) {
        return new ParameterException(
                spec.commandLine(),
                "what to do is missing: one of " + spec.subcommands().keySet());
    }
}
