package io.tinysync.server.http;

import io.tinysync.engine.protocol.AuditPage;
import io.tinysync.server.identity.Audit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What was done to devices, groups, grants and vaults. */
final class AuditRoutes {

    private final Audit audit;

    AuditRoutes(Audit audit) {
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(new Route("readAudit", this::read));
    }

    private HttpResponse read(Exchange exchange) {
        Optional<Long> after = exchange.query("after", AuditRoutes::id);
        int limit = exchange.query("limit", AuditRoutes::limit).orElse(AuditPage.DEFAULT_ENTRIES);
        return Answers.json(new AuditPage(audit.read(after.map(OptionalLong::of).orElse(OptionalLong.empty()), limit)));
    }

    private static long id(String text) {
        long id = Long.parseLong(text);
        if (id < 0) {
            throw new IllegalArgumentException("must be an entry's audit_id or 0, not " + id);
        }
        return id;
    }

    private static int limit(String text) {
        int limit = Integer.parseInt(text);
        if (limit < 1 || limit > AuditPage.MAX_ENTRIES) {
            throw new IllegalArgumentException("must be 1 to " + AuditPage.MAX_ENTRIES + ", not " + limit);
        }
        return limit;
    }
}
