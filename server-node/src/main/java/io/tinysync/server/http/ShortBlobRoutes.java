package io.tinysync.server.http;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.blob.PutResult;
import io.tinysync.engine.protocol.BatchWithBlobs;
import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.BlobResult;
import io.tinysync.engine.protocol.BlobsReply;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.ReadBlobs;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.server.journal.HeldBlobs;
import io.tinysync.server.metrics.Metrics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Short blobs, many in one request: of each by itself the token, the transactions and the streams cost more than its bytes. */
final class ShortBlobRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ShortBlobRoutes.class);

    private static final ContentType FRAMES = MediaTypes.customBinary(
                    "application",
                    BlobFrames.MEDIA_TYPE.substring("application/".length()),
                    MediaTypes.NOT_COMPRESSIBLE)
            .toContentType();

    /** Reads of one request that are under way in the store; more would take a remote one's connections from other requests. */
    private static final int READS_AT_ONCE = 8;

    private final BlobStore store;
    private final Arrivals arrivals;
    private final HeldBlobs heldBlobs;
    private final Metrics metrics;

    ShortBlobRoutes(HttpServices services, HeldBlobs heldBlobs) {
        this.store = services.blobs();
        this.arrivals = new Arrivals(services.blobs(), services.leases(), services.care(), services.metrics());
        this.heldBlobs = heldBlobs;
        this.metrics = services.metrics();
    }

    List<Route> routes() {
        return List.of(new Route("putShortBlobs", this::put), new Route("readShortBlobs", this::read));
    }

    /** Uploads are noted only when the store has them durably, so that what is noted is there. */
    private HttpResponse put(Exchange exchange) throws InterruptedException {
        return Answers.json(new BlobsReply(take(exchange, blobs(exchange))));
    }

    /**
     * Takes blobs that came along with a batch of ops, and leaves the batch as the exchange's body. What became of them the ops' results say: one
     * that was not taken is missing.
     */
    void takeAlong(Exchange exchange) throws InterruptedException {
        if (!exchange.request().entity().getContentType().mediaType().toString().equals(BatchWithBlobs.MEDIA_TYPE)) {
            return;
        }
        long limit = Integer.BYTES + Limits.DEFAULT.maxBodyBytes() + BlobFrames.MAX_BODY_BYTES;
        try {
            BatchWithBlobs body = BatchWithBlobs.decode(ByteBuffer.wrap(exchange.bodyBytes(limit)));
            if (body.batch().remaining() > Limits.DEFAULT.maxBodyBytes()) {
                throw new ProblemException(
                        ProblemCode.TOO_LARGE, "the batch is over " + Limits.DEFAULT.maxBodyBytes() + " bytes");
            }
            if (!body.blobs().isEmpty()) {
                take(exchange, body.blobs());
            }
            byte[] batch = new byte[body.batch().remaining()];
            body.batch().get(batch);
            exchange.narrowBody(batch);
        } catch (BlobFrames.MalformedException e) {
            throw new ProblemException(e.code(), String.valueOf(e.getMessage()));
        }
    }

    private List<BlobResult> take(Exchange exchange, List<ShortBlob> blobs) throws InterruptedException {
        Arrivals.Group group = arrivals.beginAll(exchange.vaultId(), exchange.device(), ids(blobs));
        List<ShortBlob> coming =
                blobs.stream().filter(blob -> !group.wasRefused(blob.sha256())).toList();
        List<PutResult> puts =
                coming.isEmpty() ? List.of() : StoreAnswers.result(store.putShort(coming), "keep", ids(coming));
        Map<Sha256, Long> stored = stored(coming, puts);
        group.stored(stored);
        stored.keySet().removeIf(id -> group.problem(id).isPresent());
        stored.values().forEach(metrics::blobStored);
        return results(blobs, puts.iterator(), group);
    }

    private static List<ShortBlob> blobs(Exchange exchange) throws InterruptedException {
        try {
            List<ShortBlob> blobs = BlobFrames.decode(ByteBuffer.wrap(exchange.bodyBytes(BlobFrames.MAX_BODY_BYTES)));
            if (blobs.isEmpty()) {
                throw new ProblemException(ProblemCode.BAD_REQUEST, "there is no frame in the body");
            }
            return blobs;
        } catch (BlobFrames.MalformedException e) {
            throw new ProblemException(e.code(), String.valueOf(e.getMessage()));
        }
    }

    private static Set<Sha256> ids(List<ShortBlob> blobs) {
        return blobs.stream().map(ShortBlob::sha256).collect(Collectors.toUnmodifiableSet());
    }

    private static Map<Sha256, Long> stored(List<ShortBlob> blobs, List<PutResult> puts) {
        Map<Sha256, Long> sizes = new HashMap<>();
        for (int i = 0; i < blobs.size(); i++) {
            if (puts.get(i) instanceof PutResult.Stored(long size)) {
                sizes.put(blobs.get(i).sha256(), size);
            }
        }
        return sizes;
    }

    /** @param puts of those blobs that might come when this began, in their order */
    private static List<BlobResult> results(List<ShortBlob> blobs, Iterator<PutResult> puts, Arrivals.Group group) {
        List<BlobResult> results = new ArrayList<>(blobs.size());
        for (ShortBlob blob : blobs) {
            Optional<ProblemException> put =
                    group.wasRefused(blob.sha256()) ? Optional.empty() : BlobIntake.problem(puts.next());
            results.add(result(blob.sha256(), put.or(() -> group.problem(blob.sha256()))));
        }
        return results;
    }

    private static BlobResult result(Sha256 id, Optional<ProblemException> problem) {
        return problem.map(refused -> BlobResult.refused(id, refused.code(), refused.detail()))
                .orElseGet(() -> BlobResult.stored(id));
    }

    /** What is left out is to be asked for by itself, and then it is said why. */
    private HttpResponse read(Exchange exchange) throws InterruptedException {
        List<Sha256> asked = exchange.body(ReadBlobs.class).sha256();
        Map<Sha256, Long> sizes = heldBlobs.sizes(exchange.vaultId(), exchange.device(), asked);
        List<ShortBlob> found = found(fitting(asked, sizes));
        return HttpResponse.create().withEntity(HttpEntities.create(FRAMES, BlobFrames.encode(found)));
    }

    /** A few at a time; a store that gives none of these is away, and each of the others would be waited for too. */
    private List<ShortBlob> found(List<Wanted> wanted) throws InterruptedException {
        List<ShortBlob> found = new ArrayList<>(wanted.size());
        int before = -1;
        for (int from = 0; from < wanted.size() && found.size() > before; from += READS_AT_ONCE) {
            before = found.size();
            found.addAll(few(wanted.subList(from, Math.min(wanted.size(), from + READS_AT_ONCE))));
        }
        return found;
    }

    /** A blob that goes into the answer, of so many bytes. */
    private record Wanted(Sha256 id, int size) {}

    /** Those that are held, short, and go into one answer; a shorter one may still fit where a longer one before it does not. */
    private static List<Wanted> fitting(List<Sha256> asked, Map<Sha256, Long> sizes) {
        List<Wanted> fitting = new ArrayList<>(asked.size());
        int length = 0;
        for (Sha256 id : asked) {
            long size = sizes.getOrDefault(id, Long.MAX_VALUE);
            if (size <= BlobFrames.MAX_BLOB_BYTES
                    && length + BlobFrames.length((int) size) <= BlobFrames.MAX_BODY_BYTES) {
                fitting.add(new Wanted(id, (int) size));
                length += BlobFrames.length((int) size);
            }
        }
        return fitting;
    }

    private List<ShortBlob> few(List<Wanted> wanted) throws InterruptedException {
        List<CompletionStage<ByteString>> reads = wanted.stream()
                .map(blob -> store.readShort(blob.id(), 0, blob.size()))
                .toList();
        List<ShortBlob> found = new ArrayList<>(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            metrics.blobDownloadBegan();
            bytes(wanted.get(i), reads.get(i)).ifPresent(found::add);
        }
        found.forEach(blob -> metrics.blobBytesServed(blob.size()));
        return found;
    }

    /** Empty if the store does not have the bytes or does not give them, which is said in the log. */
    private static Optional<ShortBlob> bytes(Wanted wanted, CompletionStage<ByteString> read)
            throws InterruptedException {
        try {
            ByteString bytes = StoreAnswers.result(read, "read", wanted.id());
            if (bytes.size() == wanted.size()) {
                return Optional.of(new ShortBlob(wanted.id(), bytes.asByteBuffer()));
            }
            LOG.error("blob {} is cut short in the store", wanted.id());
            return Optional.empty();
        } catch (ProblemException saidAlready) {
            return Optional.empty();
        }
    }
}
