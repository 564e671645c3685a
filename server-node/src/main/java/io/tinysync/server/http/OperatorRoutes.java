package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.readiness.Finding;
import io.tinysync.server.readiness.Readiness;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What those who run the server ask it. */
final class OperatorRoutes {

    private final Metrics metrics;
    private final Readiness readiness;

    OperatorRoutes(Metrics metrics, Readiness readiness) {
        this.metrics = metrics;
        this.readiness = readiness;
    }

    List<Route> routes() {
        return List.of(
                new Route("isAlive", exchange -> Answers.text("alive\n")),
                new Route("isReady", this::ready),
                new Route("getMetrics", this::metrics));
    }

    private HttpResponse ready(Exchange exchange) {
        List<Finding> findings = readiness.findings();
        String probes = findings.stream().map(Finding::toString).collect(Collectors.joining("; "));
        if (!Readiness.isReady(findings)) {
            throw new ProblemException(ProblemCode.UNAVAILABLE, probes);
        }
        return Answers.text("ready; " + probes + "\n");
    }

    /** For the administrator, and for those on this machine who did not come through a proxy on it. */
    private HttpResponse metrics(Exchange exchange) {
        boolean local = exchange.sender().isLoopbackAddress()
                && exchange.header("Forwarded").isEmpty()
                && exchange.header(TrustedProxies.FORWARDED_FOR).isEmpty();
        if (!local && !(exchange.caller() instanceof Caller.Admin)) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "this needs the admin token");
        }
        return Answers.text(metrics.scrape());
    }
}
