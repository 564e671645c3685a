package io.tinysync.server.http;

import io.tinysync.engine.blob.AppendResult;
import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.blob.PutResult;
import io.tinysync.engine.blob.UploadAllowance;
import io.tinysync.engine.blob.UploadId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.UploadProgress;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.journal.HeldBlobs;
import io.tinysync.server.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Takes blobs from devices, whole or in parts. */
final class BlobIntake {

    /** Below the silence after which a device gives up; then it asks again and waits on. */
    private static final Duration STORING = Duration.ofSeconds(20);

    private final BlobStore store;
    private final Arrivals arrivals;
    private final HeldBlobs heldBlobs;
    private final Vaults vaults;
    private final Limits limits;
    private final Metrics metrics;
    private final Executor threads;
    private final Map<UploadId, CompletableFuture<PutResult>> completions = new ConcurrentHashMap<>();

    BlobIntake(HttpServices services, HeldBlobs heldBlobs) {
        this.store = services.blobs();
        this.arrivals = new Arrivals(services.blobs(), services.leases(), services.care(), services.metrics());
        this.heldBlobs = heldBlobs;
        this.vaults = new Vaults(services.database());
        this.limits = services.limits();
        this.metrics = services.metrics();
        this.threads = services.threads();
    }

    /** The upload is noted only when the store has it durably, so that what is noted is there. */
    HttpResponse put(Exchange exchange) throws InterruptedException {
        Sha256 id = exchange.sha256();
        if (exchange.contentLength().orElse(0) > limits.maxFileBytes()) {
            throw tooLarge(limits.maxFileBytes());
        }
        requireRoom(exchange, exchange.contentLength().orElse(0), id);
        Arrivals.Arrival arrival = arrivals.begin(exchange.vaultId(), exchange.device(), id);
        PutResult result = StoreAnswers.result(store.put(id, limits.maxFileBytes(), exchange.bodyStream()), "keep", id);
        long size = size(result);
        arrival.stored(size);
        metrics.blobStored(size);
        return Answers.noContent();
    }

    /** Said before the body is asked for, since an answer in the middle of it is seldom heard. */
    private void requireRoom(Exchange exchange, long bytes, Sha256 id) throws InterruptedException {
        requireQuota(exchange, bytes);
        requireRoom(bytes, id);
    }

    /** Whether the vault could have it if it had nothing else: what a blob replaces only the op says that names it. */
    private void requireQuota(Exchange exchange, long bytes) {
        if (bytes <= BlobStore.SHORT_BYTES) {
            return;
        }
        long quota = vaults.find(exchange.vaultId())
                .map(vault -> vault.quota().in(limits).quotaBytes())
                .orElse(0L);
        if (quota > 0 && bytes > quota) {
            throw new ProblemException(
                    ProblemCode.INSUFFICIENT_STORAGE,
                    "the blob has " + bytes + " bytes, and all of the vault may have " + quota);
        }
    }

    private void requireRoom(long bytes, Sha256 id) throws InterruptedException {
        if (!StoreAnswers.result(store.hasRoom(bytes), "find room for", id)) {
            throw noSpace();
        }
    }

    private static long size(PutResult result) {
        if (result instanceof PutResult.Stored(long size)) {
            return size;
        }
        throw problem(result).orElseThrow();
    }

    /** Why a blob was not stored; empty if it was. */
    static Optional<ProblemException> problem(PutResult result) {
        return switch (result) {
            case PutResult.Stored stored -> Optional.empty();
            case PutResult.WrongHash(Sha256 actual) ->
                Optional.of(new ProblemException(ProblemCode.HASH_MISMATCH, "the bytes have the hash " + actual));
            case PutResult.TooLarge(long limit) -> Optional.of(tooLarge(limit));
            case PutResult.NoSpace() -> Optional.of(noSpace());
        };
    }

    private static ProblemException tooLarge(long limit) {
        return new ProblemException(ProblemCode.TOO_LARGE, "the limit is " + limit + " bytes");
    }

    private static ProblemException noSpace() {
        return new ProblemException(ProblemCode.INSUFFICIENT_STORAGE, "no space is left for blobs");
    }

    /** How far this device's upload to this vault has come; whoever says how long it will be hears here if there is no room for it. */
    HttpResponse progress(Exchange exchange) throws InterruptedException {
        Sha256 id = exchange.sha256();
        OptionalLong held = heldBlobs.size(exchange.vaultId(), exchange.device(), id);
        if (held.isPresent() && arrivals.isKept(id)) {
            return Answers.json(new UploadProgress(id, held.getAsLong(), true));
        }
        long arrived = StoreAnswers.result(store.arrived(upload(exchange)), "find", id);
        if (exchange.header("Upload-Length").isPresent()) {
            long length = header(exchange, "Upload-Length");
            requireQuota(exchange, length);
            requireRoom(length - arrived, id);
        }
        return Answers.json(new UploadProgress(id, arrived, false));
    }

    /** Adds the body to the upload; with its last byte the blob is stored. */
    HttpResponse append(Exchange exchange) throws InterruptedException {
        Sha256 id = exchange.sha256();
        long offset = header(exchange, "Upload-Offset");
        long length = header(exchange, "Upload-Length");
        if (length > limits.maxFileBytes()) {
            throw tooLarge(limits.maxFileBytes());
        }
        if (offset > length || offset + exchange.contentLength().orElse(0) > length) {
            throw new ProblemException(
                    ProblemCode.BAD_REQUEST, "there are more bytes than the Upload-Length of " + length);
        }
        if (offset == 0) {
            requireQuota(exchange, length);
        }
        UploadId upload = upload(exchange);
        CompletableFuture<PutResult> running = completions.get(upload);
        if (running != null) {
            return completed(id, running, offset);
        }
        long arrived = arrived(
                StoreAnswers.result(store.append(upload, offset, length, exchange.bodyStream()), "receive", id));
        return arrived < length
                ? Answers.json(new UploadProgress(id, arrived, false))
                : completed(id, completion(exchange, upload, id), offset);
    }

    private static long arrived(AppendResult result) {
        return switch (result) {
            case AppendResult.Taken(long arrived) -> arrived;
            case AppendResult.WrongOffset(long arrived) ->
                throw new ProblemException(ProblemCode.OFFSET_MISMATCH, arrived + " bytes have arrived");
            case AppendResult.TooLarge(long limit) ->
                throw new ProblemException(
                        ProblemCode.BAD_REQUEST, "there are more bytes than the Upload-Length of " + limit);
            case AppendResult.NoRoom(UploadAllowance allowance) ->
                throw new ProblemException(
                        ProblemCode.TOO_MANY_UPLOADS,
                        "the device has others under way, and may have " + allowance.uploads() + " of "
                                + allowance.bytes() + " bytes together");
            case AppendResult.NoSpace() -> throw noSpace();
        };
    }

    /** Stores what has arrived, once for all requests that ask for it, and whether or not any of them still waits. */
    private CompletableFuture<PutResult> completion(Exchange exchange, UploadId upload, Sha256 id) {
        CompletableFuture<PutResult> fresh = new CompletableFuture<>();
        CompletableFuture<PutResult> running = completions.putIfAbsent(upload, fresh);
        if (running != null) {
            return running;
        }
        threads.execute(() -> {
            try {
                Arrivals.Arrival arrival = arrivals.begin(exchange.vaultId(), exchange.device(), id);
                PutResult result = StoreAnswers.result(store.complete(upload, id), "keep", id);
                if (result instanceof PutResult.Stored(long size)) {
                    arrival.stored(size);
                    metrics.blobStored(size);
                }
                fresh.complete(result);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fresh.completeExceptionally(e);
            } catch (RuntimeException e) {
                fresh.completeExceptionally(e);
            } finally {
                completions.remove(upload, fresh);
            }
        });
        return fresh;
    }

    /** Of an upload that came in parts, over days perhaps, not the sender's last part but this server's disk may be what is wrong. */
    private static HttpResponse completed(Sha256 id, CompletableFuture<PutResult> completion, long offset)
            throws InterruptedException {
        PutResult result = StoreAnswers.result(completion, STORING, "keep", id);
        if (result instanceof PutResult.WrongHash && offset > 0) {
            throw new ProblemException(
                    ProblemCode.OFFSET_MISMATCH,
                    "what had arrived was not of this blob, and is dropped: 0 bytes have arrived");
        }
        return Answers.json(new UploadProgress(id, size(result), true));
    }

    private static UploadId upload(Exchange exchange) {
        String parts = exchange.vaultId() + "/" + exchange.device() + "/" + exchange.sha256();
        return new UploadId(exchange.device().toString(), Sha256.hash(parts.getBytes(StandardCharsets.US_ASCII)));
    }

    private static long header(Exchange exchange, String name) {
        String text = exchange.header(name).orElse("");
        if (!text.matches("\\d{1,16}")) {
            throw new ProblemException(
                    ProblemCode.BAD_REQUEST, name + " must be a number of bytes, not '" + text + "'");
        }
        return Long.parseLong(text);
    }
}
