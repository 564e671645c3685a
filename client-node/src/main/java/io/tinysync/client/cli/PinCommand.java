package io.tinysync.client.cli;

import picocli.CommandLine.Command;

/** {@code tinysync pin}. */
@Command(
        name = "pin",
        description =
                "Keeps a file, or a folder with all that is in it and will be, on this device; what is not here is fetched in the background.")
final class PinCommand extends PathCommand {

    PinCommand() {
        super("/v1/pin");
    }
}
