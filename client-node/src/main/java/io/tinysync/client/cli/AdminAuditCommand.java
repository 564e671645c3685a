package io.tinysync.client.cli;

import io.tinysync.engine.protocol.AuditEntry;
import io.tinysync.engine.protocol.AuditPage;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tinysync admin audit}: who did what to devices, groups, grants, vaults, public links and deleted items, when and from where. */
@Command(
        name = "audit",
        description =
                "Lists who registered, paired, revoked, changed or restored what, when and from where; oldest first.")
final class AdminAuditCommand implements Runnable {

    @Mixin
    private AdminOptions options;

    @Option(
            names = "--after",
            paramLabel = "ID",
            description = "Begin after this entry, 0 for the oldest (default: so that the newest is the last).")
    private @Nullable Long after;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many entries, up to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public void run() {
        String from = after == null ? "" : "&after=" + after;
        AuditPage page = options.calls().get("/v1/audit?limit=" + limit + from, AuditPage.class);
        Table table = new Table("ID", "TIME", "WHO", "FROM", "ACTION", "WHAT");
        for (AuditEntry entry : page.entries()) {
            table.row(entry.auditId(), entry.at(), who(entry), entry.address(), entry.action(), what(entry));
        }
        options.print(page, table.toString());
    }

    private static String who(AuditEntry entry) {
        String actor = entry.actor().name().toLowerCase(Locale.ROOT);
        return entry.actorDeviceId() == null ? actor : actor + " " + entry.actorDeviceId();
    }

    private static String what(AuditEntry entry) {
        return Stream.of(
                        named("device", entry.deviceId()),
                        named("group", entry.groupId()),
                        named("vault", entry.vaultId()),
                        named("link", entry.linkId()),
                        named("item", entry.itemId()),
                        named("named", entry.name()))
                .flatMap(words -> words)
                .collect(Collectors.joining(" "));
    }

    private static Stream<String> named(String word, @Nullable Object value) {
        return Stream.ofNullable(value).map(present -> word + " " + present);
    }
}
