package io.tinysync.server.http;

import io.tinysync.engine.protocol.Management;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.projection.ProjectionFollower;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The tables that follow the journals: how far they are, and making them anew. */
final class ProjectionRoutes {

    private final Vaults vaults;
    private final ProjectionFollower follower;

    ProjectionRoutes(Vaults vaults, ProjectionFollower follower) {
        this.vaults = vaults;
        this.follower = follower;
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        "listProjections",
                        exchange -> Answers.json(new Management.ProjectionList(follower.statuses()))),
                new Route("rebuildProjection", this::rebuild));
    }

    private HttpResponse rebuild(Exchange exchange) {
        if (vaults.find(exchange.vaultId()).isEmpty()) {
            throw ProblemException.notFound("vault");
        }
        follower.rebuild(exchange.vaultId());
        return Answers.noContent();
    }
}
