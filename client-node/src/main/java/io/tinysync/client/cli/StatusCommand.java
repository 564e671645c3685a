package io.tinysync.client.cli;

import io.tinysync.client.control.ControlAnswer;
import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tinysync status}: what is attached, and what is not safe yet. */
@Command(
        name = "status",
        description =
                "Shows the attached vaults: cursor and head, what is pending, the oldest unsynced change, conflicts, errors.")
final class StatusCommand implements Runnable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration REFRESH = Duration.ofSeconds(1);
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    @Mixin
    private StateOption state;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Option(names = "--watch", description = "Print it again every second, until Ctrl-C.")
    private boolean watch;

    @Override
    public void run() {
        ControlClient daemon = new ControlClient(state.directory());
        show(daemon, "");
        while (watch && pause()) {
            show(daemon, json || !Output.isTerminal() ? "" : CLEAR_SCREEN);
        }
    }

    private void show(ControlClient daemon, String before) {
        ControlAnswer reply = daemon.require(ControlRequest.get("/v1/status", DaemonAnswer.format(json)), TIMEOUT);
        System.out.print(before);
        DaemonAnswer.print(reply);
    }

    private static boolean pause() {
        try {
            Thread.sleep(REFRESH);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
