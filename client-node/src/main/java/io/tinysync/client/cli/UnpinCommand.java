package io.tinysync.client.cli;

import picocli.CommandLine.Command;

/** {@code tinysync unpin}. */
@Command(name = "unpin", description = "Lets a pinned file or folder be evicted again.")
final class UnpinCommand extends PathCommand {

    UnpinCommand() {
        super("/v1/unpin");
    }
}
