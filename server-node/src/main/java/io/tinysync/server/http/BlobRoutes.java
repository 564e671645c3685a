package io.tinysync.server.http;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.journal.HeldBlobs;
import io.tinysync.server.metrics.Metrics;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Blobs, as far as a vault answers for them. */
final class BlobRoutes {

    private final BlobStore store;
    private final BlobIntake intake;
    private final HeldBlobs heldBlobs;
    private final Metrics metrics;

    BlobRoutes(HttpServices services, HeldBlobs heldBlobs) {
        this.store = services.blobs();
        this.intake = new BlobIntake(services, heldBlobs);
        this.heldBlobs = heldBlobs;
        this.metrics = services.metrics();
    }

    List<Route> routes() {
        return List.of(
                new Route("putBlob", intake::put),
                new Route("getUpload", intake::progress),
                new Route("appendToUpload", intake::append),
                new Route("getBlob", this::get),
                new Route("headBlob", this::head),
                new Route("getLeaves", this::leaves));
    }

    private HttpResponse get(Exchange exchange) throws InterruptedException {
        Sha256 id = exchange.sha256();
        long size = heldSize(exchange, id);
        Optional<ByteRange> range = exchange.header("Range").flatMap(header -> ByteRange.parse(header, size));
        long length = range.map(ByteRange::length).orElse(size);
        metrics.blobDownloadBegan();
        long offset = range.map(ByteRange::offset).orElse(0L);
        HttpResponse response = described(id)
                .withEntity(
                        length <= BlobStore.SHORT_BYTES
                                ? inOnePiece(id, offset, (int) length)
                                : streamed(exchange, id, offset, length));
        return range.map(part ->
                        response.withStatus(206).addHeader(RawHeader.create("Content-Range", part.contentRange(size))))
                .orElse(response);
    }

    private ResponseEntity inOnePiece(Sha256 id, long offset, int length) throws InterruptedException {
        ByteString bytes = StoreAnswers.result(store.readShort(id, offset, length), "read", id);
        if (bytes.size() != length) {
            throw new IllegalStateException("blob " + id + " is cut short in the store");
        }
        metrics.blobBytesServed(length);
        return HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, bytes);
    }

    private ResponseEntity streamed(Exchange exchange, Sha256 id, long offset, long length) {
        Source<ByteString, NotUsed> bytes = store.read(id, offset, length).map(chunk -> {
            metrics.blobBytesServed(chunk.size());
            return chunk;
        });
        return entity(length, exchange.session().bound(bytes));
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
        return Answers.json(StoreAnswers.result(store.leaves(id), "read", id).orElseThrow(() -> missing(id)));
    }

    /** The size of a blob that this vault answers for to this device, and that is there. */
    private long heldSize(Exchange exchange, Sha256 id) throws InterruptedException {
        if (heldBlobs.size(exchange.vaultId(), exchange.device(), id).isEmpty()) {
            throw ProblemException.notFound("blob in this vault");
        }
        return StoreAnswers.result(store.stat(id), "read", id).orElseThrow(() -> missing(id));
    }

    /** Held but gone is a fault, and never "not found": a device may go by that. */
    private static IllegalStateException missing(Sha256 id) {
        return new IllegalStateException("blob " + id + " is held by a vault and missing in the store");
    }
}
