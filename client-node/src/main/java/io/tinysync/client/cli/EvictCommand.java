package io.tinysync.client.cli;

import picocli.CommandLine.Command;

/** {@code tinysync evict}. */
@Command(
        name = "evict",
        description =
                "Drops the bytes of a file, or of all files in a folder, from this device; they are fetched again when they are read.")
final class EvictCommand extends PathCommand {

    EvictCommand() {
        super("/v1/evict");
    }
}
