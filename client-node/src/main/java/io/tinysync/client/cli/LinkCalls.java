package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.state.Credentials;
import io.tinysync.engine.protocol.LinkId;
import io.tinysync.engine.protocol.Management.VaultList;
import io.tinysync.engine.protocol.PublicLinks.CreateLink;
import io.tinysync.engine.protocol.PublicLinks.CreatedLink;
import io.tinysync.engine.protocol.PublicLinks.LinkList;
import io.tinysync.engine.protocol.PublicLinks.LinkStatus;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The public links of all vaults that a caller of the server reaches. */
final class LinkCalls {

    /** What {@code links --json} prints of a vault. */
    record VaultLinks(VaultId vaultId, String vaultName, List<LinkStatus> links) {}

    private final ServerCalls calls;

    LinkCalls(ServerCalls calls) {
        this.calls = calls;
    }

    static LinkCalls of(Credentials credentials) {
        return new LinkCalls(ServerCalls.of(credentials));
    }

    CreatedLink create(VaultId vault, CreateLink link) {
        return calls.post(path(vault), link, CreatedLink.class);
    }

    /** Those that name or id stands for, or all. */
    List<VaultLinks> list(@Nullable String vault) {
        List<VaultStatus> vaults = calls.get("/v1/vaults", VaultList.class).vaults();
        Optional<VaultId> only = Optional.ofNullable(vault)
                .map(text -> Named.find(vaults, "vault", text, VaultStatus::vaultId, VaultStatus::name));
        return vaults.stream()
                .filter(each -> only.isEmpty() || only.get().equals(each.vaultId()))
                .map(each -> new VaultLinks(
                        each.vaultId(),
                        each.name(),
                        calls.get(path(each.vaultId()), LinkList.class).links()))
                .toList();
    }

    void revoke(String text) {
        LinkId link = Checked.value(() -> LinkId.parse(text));
        VaultId vault = list(null).stream()
                .filter(each ->
                        each.links().stream().anyMatch(one -> one.linkId().equals(link)))
                .map(VaultLinks::vaultId)
                .findFirst()
                .orElseThrow(() -> new Refusal("there is no link " + link + " here"));
        calls.delete(path(vault) + "/" + link);
    }

    private static String path(VaultId vault) {
        return "/v1/vaults/" + vault + "/links";
    }

    static String table(List<VaultLinks> vaults) {
        Table table = new Table("LINK", "VAULT", "NAME", "STATE", "EXPIRES", "PASSWORD", "DOWNLOADS", "MADE BY");
        for (VaultLinks vault : vaults) {
            vault.links().forEach(link -> row(table, vault, link));
        }
        return table.toString();
    }

    private static void row(Table table, VaultLinks vault, LinkStatus link) {
        String name = link.name();
        String expires = link.expiresAt();
        Integer max = link.maxDownloads();
        table.row(
                link.linkId(),
                vault.vaultName(),
                name == null ? "-" : name,
                link.state().name().toLowerCase(Locale.ROOT),
                expires == null ? "never" : expires,
                link.protectedByPassword() ? "yes" : "no",
                max == null ? link.downloads() : link.downloads() + " of " + max,
                link.deviceId());
    }
}
