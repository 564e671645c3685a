package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.PublicLinks.CreateLink;
import io.tinysync.engine.protocol.PublicLinks.LinkList;
import io.tinysync.server.links.Links;
import io.tinysync.server.links.SharedItems;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Makes, lists and revokes public links; {@link PublicRoutes} is what they lead to. */
final class LinkRoutes {

    private final Links links;
    private final SharedItems items;

    LinkRoutes(Links links, SharedItems items) {
        this.links = links;
        this.items = items;
    }

    List<Route> routes() {
        return List.of(
                new Route("createLink", this::create),
                new Route("listLinks", exchange -> Answers.json(new LinkList(links.list(exchange.vaultId())))),
                new Route("revokeLink", this::revoke));
    }

    private HttpResponse create(Exchange exchange) throws InterruptedException {
        CreateLink asked = exchange.body(CreateLink.class);
        checkTime(asked);
        if (items.find(exchange.vaultId(), asked.itemId()).isEmpty()) {
            throw ProblemException.notFound("live file or folder in this vault");
        }
        return links.create(exchange.vaultId(), exchange.device(), asked, exchange.origin())
                .map(Answers::created)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.TOO_LARGE,
                        "the vault has " + Links.MAX_PER_VAULT + " links, which is the limit: revoke some"));
    }

    private static void checkTime(CreateLink asked) {
        String expiresAt = asked.expiresAt();
        if (expiresAt != null && !Instant.parse(expiresAt).isAfter(Instant.now())) {
            throw new ProblemException(ProblemCode.BAD_REQUEST, "expires_at is not in the future: " + expiresAt);
        }
    }

    private HttpResponse revoke(Exchange exchange) {
        if (!links.revoke(exchange.vaultId(), exchange.linkId(), exchange.origin())) {
            throw ProblemException.notFound("link in this vault");
        }
        return Answers.noContent();
    }
}
