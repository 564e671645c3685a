package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every management command takes: the server, the admin token from the environment, and {@code --json}. */
final class AdminOptions {

    @Mixin
    private ServerOption server;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /** The admin token of the environment; never an argument, since those are visible to others on the machine. */
    static Optional<String> token() {
        return Optional.ofNullable(System.getenv("TINYSYNC_ADMIN_TOKEN")).filter(token -> !token.isEmpty());
    }

    ServerCalls calls() {
        return new ServerCalls(
                server.required(),
                Optional.of(token().orElseThrow(
                                () -> new Refusal("TINYSYNC_ADMIN_TOKEN is not set: a server without one of its own"
                                        + " keeps it in the file admin-token of its data directory"))),
                server.ca());
    }

    /** Prints the document, or the sentence. */
    void print(Object document, String sentence) {
        if (json) {
            Output.printJson(document);
        } else {
            Output.print(sentence);
        }
    }

    boolean json() {
        return json;
    }
}
