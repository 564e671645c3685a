package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.server.metrics.Metrics;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;

/** What those who run the server ask it. */
final class OperatorRoutes {

    private final Metrics metrics;
    private final BooleanSupplier ready;

    /** @param ready whether this node can serve; may block for a moment */
    OperatorRoutes(Metrics metrics, BooleanSupplier ready) {
        this.metrics = metrics;
        this.ready = ready;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethods.GET, "/alive", Access.ANYONE, exchange -> Answers.text("alive\n")),
                new Route(HttpMethods.GET, "/ready", Access.ANYONE, this::ready),
                new Route(HttpMethods.GET, "/metrics", Access.ANYONE, this::metrics));
    }

    private HttpResponse ready(Exchange exchange) {
        if (!ready.getAsBoolean()) {
            throw new ProblemException(
                    ProblemCode.UNAVAILABLE, "the server is starting, stopping or has lost its database");
        }
        return Answers.text("ready\n");
    }

    /** For the administrator, and for those on this machine who did not come through a proxy on it. */
    private HttpResponse metrics(Exchange exchange) {
        Optional<InetAddress> peer =
                exchange.request().getAttribute(AttributeKeys.remoteAddress).flatMap(RemoteAddress::getAddress);
        boolean local = peer.map(InetAddress::isLoopbackAddress).orElse(false)
                && exchange.header("Forwarded").isEmpty()
                && exchange.header("X-Forwarded-For").isEmpty();
        if (!local && !(exchange.caller() instanceof Caller.Admin)) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "this needs the admin token");
        }
        return Answers.text(metrics.scrape());
    }
}
