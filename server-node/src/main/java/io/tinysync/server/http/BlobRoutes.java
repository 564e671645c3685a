package io.tinysync.server.http;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.blob.PutResult;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.journal.HeldBlobs;
import io.tinysync.server.metrics.Metrics;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Blobs, as far as a vault answers for them. */
final class BlobRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(BlobRoutes.class);
    private static final String PATH = "/v1/vaults/{vault_id}/blobs/{sha256}";

    private final BlobStore store;
    private final HeldBlobs heldBlobs;
    private final Limits limits;
    private final Metrics metrics;

    BlobRoutes(BlobStore store, HeldBlobs heldBlobs, Limits limits, Metrics metrics) {
        this.store = store;
        this.heldBlobs = heldBlobs;
        this.limits = limits;
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethods.PUT, PATH, Access.VAULT, this::put),
                new Route(HttpMethods.GET, PATH, Access.VAULT, this::get),
                new Route(HttpMethods.HEAD, PATH, Access.VAULT, this::head),
                new Route(HttpMethods.GET, PATH + "/leaves", Access.VAULT, this::leaves));
    }

    /** The upload is noted only when the store has it durably, so that what is noted is there. */
    private HttpResponse put(Exchange exchange) throws InterruptedException {
        Sha256 id = exchange.sha256();
        if (exchange.contentLength().orElse(0) > limits.maxFileBytes()) {
            throw tooLarge(limits.maxFileBytes());
        }
        return switch (stored(exchange, id)) {
            case PutResult.Stored(long size) -> {
                heldBlobs.uploaded(exchange.vaultId(), exchange.device(), id, size);
                metrics.blobStored(size);
                yield Answers.noContent();
            }
            case PutResult.WrongHash(Sha256 actual) ->
                throw new ProblemException(ProblemCode.HASH_MISMATCH, "the bytes have the hash " + actual);
            case PutResult.TooLarge(long limit) -> throw tooLarge(limit);
            case PutResult.NoSpace() ->
                throw new ProblemException(ProblemCode.INSUFFICIENT_STORAGE, "no space is left for blobs");
        };
    }

    private PutResult stored(Exchange exchange, Sha256 id) throws InterruptedException {
        return result(store.put(id, limits.maxFileBytes(), exchange.bodyStream()), "keep", id);
    }

    private static ProblemException tooLarge(long limit) {
        return new ProblemException(ProblemCode.TOO_LARGE, "the limit is " + limit + " bytes");
    }

    private HttpResponse get(Exchange exchange) throws InterruptedException {
        Sha256 id = exchange.sha256();
        long size = heldSize(exchange, id);
        Optional<ByteRange> range = exchange.header("Range").flatMap(header -> ByteRange.parse(header, size));
        long length = range.map(ByteRange::length).orElse(size);
        metrics.blobDownloadBegan();
        Source<ByteString, NotUsed> bytes = store.read(
                        id, range.map(ByteRange::offset).orElse(0L), length)
                .map(chunk -> {
                    metrics.blobBytesServed(chunk.size());
                    return chunk;
                });
        HttpResponse response =
                described(id).withEntity(entity(length, exchange.session().bound(bytes)));
        return range.map(part ->
                        response.withStatus(206).addHeader(RawHeader.create("Content-Range", part.contentRange(size))))
                .orElse(response);
    }

    private HttpResponse head(Exchange exchange) throws InterruptedException {
        Sha256 id = exchange.sha256();
        long size = heldSize(exchange, id);
        return described(id).withEntity(entity(size, Source.empty()));
    }

    /** Pekko has a form of its own for no bytes. */
    private static ResponseEntity entity(long length, Source<ByteString, NotUsed> bytes) {
        return length == 0
                ? HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, new byte[0])
                : HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, length, bytes);
    }

    private static HttpResponse described(Sha256 id) {
        return HttpResponse.create()
                .addHeader(RawHeader.create("Accept-Ranges", "bytes"))
                .addHeader(RawHeader.create("ETag", "\"" + id + "\""));
    }

    private HttpResponse leaves(Exchange exchange) throws InterruptedException {
        Sha256 id = exchange.sha256();
        heldSize(exchange, id);
        return Answers.json(result(store.leaves(id), "read", id).orElseThrow(() -> missing(id)));
    }

    /** The size of a blob that this vault answers for to this device, and that is there. */
    private long heldSize(Exchange exchange, Sha256 id) throws InterruptedException {
        if (heldBlobs.size(exchange.vaultId(), exchange.device(), id).isEmpty()) {
            throw ProblemException.notFound("blob in this vault");
        }
        return result(store.stat(id), "read", id).orElseThrow(() -> missing(id));
    }

    /** Held but gone is a fault, and never "not found": a device may go by that. */
    private static IllegalStateException missing(Sha256 id) {
        return new IllegalStateException("blob " + id + " is held by a vault and missing in the store");
    }

    private static <T> T result(CompletionStage<T> stage, String what, Sha256 id) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            if (Causes.contain(e, ProblemException.class)) {
                throw Sessions.revokedProblem();
            }
            if (Causes.contain(e, EntityStreamException.class)) {
                throw new ProblemException(ProblemCode.BAD_REQUEST, "the body did not come to its end");
            }
            LOG.warn("could not {} blob {}: {}", what, id, String.valueOf(e.getCause()));
            throw new ProblemException(ProblemCode.UNAVAILABLE, "could not " + what + " the blob");
        }
    }
}
