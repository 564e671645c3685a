package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlAnswer;
import java.util.Map;

/** What the commands that ask the daemon have in common: what they ask for, and how they print it. */
final class DaemonAnswer {

    private DaemonAnswer() {}

    static Map<String, String> format(boolean json) {
        return Map.of("format", json ? "json" : "text");
    }

    /** Prints what was answered; says why not by a {@link Refusal}. */
    static void print(ControlAnswer reply) {
        if (!reply.isDone() && !reply.isPending()) {
            throw new Refusal(reply.text().strip());
        }
        if (!reply.text().isEmpty()) {
            Output.print(reply.text());
        }
    }
}
