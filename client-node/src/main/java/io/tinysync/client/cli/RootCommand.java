package io.tinysync.client.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tinysync} by itself: says what there is. All commands have its {@code --help}, {@code --version} and footer. */
@Command(
        name = "tinysync",
        description = {
            "A file sync engine with an on-demand drive.",
            "'tinysync server --help' tells of the server, 'tinysync test' runs all tests."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "TINYSYNC_STATE, TINYSYNC_SERVER, TINYSYNC_CA and TINYSYNC_ADMIN_TOKEN_FILE stand for --state, --server, --ca and"
                    + " --admin-token-file, TINYSYNC_ADMIN_TOKEN for the admin token itself.",
            "Exit codes: 0 done, 1 refused or failed with one line why, 2 wrong usage."
        })
final class RootCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(new CommandLine(spec), "a command is missing");
    }
}
