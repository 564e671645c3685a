package io.tinysync.server.http;

import io.tinysync.engine.log.LogField;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.vault.SubmitReply;
import io.tinysync.engine.vault.TreeReply;
import io.tinysync.engine.vault.Unavailable;
import io.tinysync.engine.vault.core.Submission;
import io.tinysync.server.blobs.BlobLeases;
import io.tinysync.server.identity.RestoreRequests;
import io.tinysync.server.journal.HeldBlobs;
import io.tinysync.server.journal.LogReply;
import io.tinysync.server.journal.VaultLog;
import io.tinysync.server.metrics.Metrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.ContentEncoding;
import org.apache.pekko.http.javadsl.model.headers.HttpEncodings;
import org.apache.pekko.stream.javadsl.Compression;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a device does with a vault's history: adds to it, reads on from its cursor, or takes the whole state. */
final class SyncRoutes {

    private static final ContentType NDJSON = MediaTypes.customWithFixedCharset(
                    "application", "x-ndjson", HttpCharsets.UTF_8, Map.of(), false)
            .toContentType();

    private static final Logger LOG = LoggerFactory.getLogger(SyncRoutes.class);

    private final AtVault atVault;
    private final ShortBlobRoutes shortBlobs;
    private final VaultClient client;
    private final HeldBlobs heldBlobs;
    private final BlobLeases leases;
    private final VaultLog log;
    private final RestoreRequests restores;
    private final Metrics metrics;

    SyncRoutes(
            AtVault atVault,
            ShortBlobRoutes shortBlobs,
            VaultClient client,
            HeldBlobs heldBlobs,
            BlobLeases leases,
            VaultLog log,
            RestoreRequests restores,
            Metrics metrics) {
        this.atVault = atVault;
        this.shortBlobs = shortBlobs;
        this.client = client;
        this.heldBlobs = heldBlobs;
        this.leases = leases;
        this.log = log;
        this.restores = restores;
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(
                new Route("mutate", withBlobs(atVault.handler(this::mutate))),
                new Route("readLog", this::readLog),
                new Route("readSnapshot", atVault.handler(this::snapshot)));
    }

    /** Blobs are kept by this node, wherever the vault is: all nodes have one store. */
    private Route.Handler withBlobs(Route.Handler mutate) {
        return exchange -> {
            shortBlobs.takeAlong(exchange);
            return mutate.answer(exchange);
        };
    }

    private HttpResponse mutate(Exchange exchange) throws InterruptedException, AtVault.LeftException {
        MutationsRequest request = exchange.body(MutationsRequest.class);
        long began = System.nanoTime();
        List<Sha256> named = request.ops().stream()
                .flatMap(op -> op.gives().stream())
                .map(Content::sha256)
                .toList();
        Map<Sha256, Long> held = leased(heldBlobs.sizes(exchange.vaultId(), exchange.device(), named));
        restores.note(exchange.vaultId(), exchange.device(), exchange.origin().address(), request.ops());
        Submission submission = new Submission(exchange.device(), request, held);
        return switch (client.submit(exchange.vaultId(), submission, exchange.requestId())) {
            case SubmitReply.Answered answered -> {
                metrics.mutations()
                        .answered(request.ops(), answered.reply(), Duration.ofNanos(System.nanoTime() - began));
                log(request.ops(), answered.reply());
                yield Answers.json(answered.reply());
            }
            case SubmitReply.Diverged() -> throw diverged();
            case SubmitReply.Rewound(long highest) -> throw ProblemException.rewound(highest);
            case Unavailable unavailable -> throw new ProblemException(ProblemCode.UNAVAILABLE, unavailable.reason());
        };
    }

    /** Without those that are about to be deleted: the device must send them again. */
    private Map<Sha256, Long> leased(Map<Sha256, Long> held) {
        Map<Sha256, Long> leased = new HashMap<>(held);
        leased.keySet().removeAll(leases.lease(held.keySet()));
        return leased;
    }

    private static void log(List<Op> ops, MutationsReply reply) {
        if (!LOG.isDebugEnabled()) {
            return;
        }
        for (int i = 0; i < reply.results().size(); i++) {
            OpResult result = reply.results().get(i);
            try (var _ = LogField.OP.of(ops.get(i).opId())) {
                LOG.debug(
                        "{}: {}",
                        Json.tree(ops.get(i)).path("kind").asText(),
                        result.code() == null ? "accepted" : result.code().toString());
            }
        }
    }

    private static ProblemException diverged() {
        return new ProblemException(ProblemCode.LOG_DIVERGED, "the cursor is not on this vault's history");
    }

    private HttpResponse readLog(Exchange exchange) {
        Cursor after = exchange.query("after", SyncRoutes::cursor).orElse(Cursor.START);
        int limit = exchange.query("limit", SyncRoutes::limit).orElse(Limits.DEFAULT_LOG_PAGE);
        return switch (log.read(exchange.vaultId(), after, limit)) {
            case LogReply.Page page -> {
                metrics.logPageServed(page.source() == LogReply.Source.TAIL, page.entries());
                yield Answers.jsonBytes(page.json());
            }
            case LogReply.Diverged() -> throw diverged();
            case LogReply.Truncated(long minRetainedSeq) ->
                throw new ProblemException(
                        ProblemCode.LOG_TRUNCATED, "the oldest entry that is kept is " + minRetainedSeq);
        };
    }

    /** {@code EPOCH.SEQ.CHAIN}. */
    private static Cursor cursor(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a cursor is EPOCH.SEQ.CHAIN");
        }
        return new Cursor(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Chain.parse(parts[2]));
    }

    private static int limit(String text) {
        int limit = Integer.parseInt(text);
        if (limit < 1 || limit > Limits.MAX_LOG_PAGE) {
            throw new IllegalArgumentException("must be 1 to " + Limits.MAX_LOG_PAGE + ", not " + limit);
        }
        return limit;
    }

    private HttpResponse snapshot(Exchange exchange) throws InterruptedException, AtVault.LeftException {
        TreeReply.Read read = client.tree(exchange.vaultId());
        metrics.snapshotBegan();
        Source<ByteString, NotUsed> lines = Source.fromIterator(
                () -> new SnapshotLines(read.cursor(), read.tree().liveItems()));
        // While one chunk is compressed, the next one is written.
        Source<ByteString, NotUsed> stream =
                exchange.session().bound(lines.async().via(Compression.gzip(Deflater.BEST_SPEED)));
        return HttpResponse.create()
                .addHeader(ContentEncoding.create(HttpEncodings.GZIP))
                .withEntity(HttpEntities.createChunked(NDJSON, stream));
    }
}
