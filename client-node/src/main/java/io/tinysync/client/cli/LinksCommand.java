package io.tinysync.client.cli;

import io.tinysync.client.state.Credentials;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tinysync links}: the public links of the vaults that this device reaches. */
@Command(
        name = "links",
        description = "Lists the public links of the vaults that this device reaches, and revokes one.")
final class LinksCommand implements Runnable {

    /** What {@code --json} prints where the server's answer has no body. */
    record Revoked(String linkId) {}

    @Mixin
    private StateOption state;

    @Option(names = "--vault", paramLabel = "VAULT", description = "Id or name of the vault (default: all).")
    private @Nullable String vault;

    @Option(names = "--revoke", paramLabel = "LINK", description = "End the link of this id, for good and at once.")
    private @Nullable String revoke;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    public void run() {
        LinkCalls calls = LinkCalls.of(Credentials.require(state.directory()));
        if (revoke == null) {
            List<LinkCalls.VaultLinks> links = calls.list(vault);
            print(links, LinkCalls.table(links));
        } else {
            calls.revoke(revoke);
            print(new Revoked(revoke), "revoked link " + revoke);
        }
    }

    private void print(Object document, String text) {
        if (json) {
            Output.printJson(document);
        } else {
            Output.print(text);
        }
    }
}
