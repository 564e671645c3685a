package io.tinysync.client.cli;

import io.tinysync.client.state.Credentials;
import io.tinysync.engine.protocol.Management.Pairing;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tinysync pair}: has the server make a code by which a new machine joins this device's groups. */
@Command(
        name = "pair",
        description = "Prints a code by which one new device joins the groups of this one, within ten minutes.")
final class PairCommand implements Runnable {

    @Mixin
    private StateOption state;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    public void run() {
        Credentials credentials = Credentials.require(state.directory());
        Pairing pairing = ServerCalls.of(credentials).post("/v1/pairings", Map.of(), Pairing.class);
        if (json) {
            Output.printJson(pairing);
        } else {
            Output.print(sentences(pairing, credentials));
        }
    }

    private static String sentences(Pairing pairing, Credentials credentials) {
        return """
                %s

                Good once, until %s. On the new device:
                tinysync register --server %s%s --pair %s""".formatted(
                        pairing.code().text(),
                        pairing.expiresAt(),
                        credentials.server(),
                        credentials.ca() == null ? "" : " --ca FILE",
                        pairing.code().text());
    }
}
