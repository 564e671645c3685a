package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every management command takes: the server, the admin token, and {@code --json}. */
final class AdminOptions {

    @Mixin
    private ServerOption server;

    @Mixin
    private AdminTokenOption token;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    ServerCalls calls() {
        return new ServerCalls(
                server.required(),
                Optional.of(token.token()
                        .orElseThrow(() -> new Refusal(
                                "TINYSYNC_ADMIN_TOKEN is not set, nor --admin-token-file: a server that was told no"
                                        + " token keeps its own in the file admin-token of its data directory"))),
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
