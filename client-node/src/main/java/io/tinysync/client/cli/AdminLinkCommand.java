package io.tinysync.client.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tinysync admin link list|revoke}. */
@Command(name = "link", description = "Lists and revokes public links.")
final class AdminLinkCommand extends CommandGroup {

    @Command(name = "list", description = "Lists the public links of all vaults.")
    void list(@Mixin AdminOptions options) {
        List<LinkCalls.VaultLinks> links = new LinkCalls(options.calls()).list(null);
        options.print(links, LinkCalls.table(links));
    }

    @Command(name = "revoke", description = "Ends a link for good and at once.")
    void revoke(@Mixin AdminOptions options, @Parameters(paramLabel = "LINK", description = "Its id.") String link) {
        new LinkCalls(options.calls()).revoke(link);
        options.print(new LinksCommand.Revoked(link), "revoked link " + link);
    }
}
