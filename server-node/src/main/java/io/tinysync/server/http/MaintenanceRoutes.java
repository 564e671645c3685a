package io.tinysync.server.http;

import io.tinysync.engine.protocol.Maintenance.CollectReport;
import io.tinysync.engine.protocol.Maintenance.CollectRequest;
import io.tinysync.engine.protocol.Maintenance.CollectStatus;
import io.tinysync.engine.protocol.Maintenance.VerifyReport;
import io.tinysync.engine.protocol.Maintenance.VerifyRequest;
import io.tinysync.engine.protocol.Maintenance.VerifyStatus;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.server.blobs.BlobCare;
import io.tinysync.server.blobs.Job;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Runs over all blobs: they are started by one request and asked after by others, since they take as long as they take. */
final class MaintenanceRoutes {

    private final BlobCare care;

    MaintenanceRoutes(BlobCare care) {
        this.care = care;
    }

    List<Route> routes() {
        return List.of(
                new Route("startCollection", this::collect),
                new Route("getCollection", exchange -> Answers.json(collection())),
                new Route("startVerification", this::verify),
                new Route("getVerification", exchange -> Answers.json(verification())));
    }

    private HttpResponse collect(Exchange exchange) throws InterruptedException {
        boolean dryRun = exchange.body(CollectRequest.class).dryRun();
        if (!care.collect(dryRun)) {
            throw running();
        }
        return Answers.json(202, collection());
    }

    private HttpResponse verify(Exchange exchange) throws InterruptedException {
        exchange.body(VerifyRequest.class);
        if (!care.verify()) {
            throw running();
        }
        return Answers.json(202, verification());
    }

    private static ProblemException running() {
        return new ProblemException(ProblemCode.ALREADY_EXISTS, "such a run is under way");
    }

    private CollectStatus collection() {
        Job.Standing<CollectReport> standing = care.collection().standing();
        return new CollectStatus(
                standing.state(),
                standing.report().orElse(null),
                standing.failure().orElse(null));
    }

    private VerifyStatus verification() {
        Job.Standing<VerifyReport> standing = care.verification().standing();
        return new VerifyStatus(
                standing.state(),
                standing.report().orElse(null),
                standing.failure().orElse(null));
    }
}
