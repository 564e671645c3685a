package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The body of one request, which is read once. An answer that leaves a part of it unread ends the connection, and its sender, who is still
 * sending, may find the connection reset before it has seen the answer: what is refused is therefore read first and dropped, within limits.
 */
final class RequestBody {

    /** A JSON body is at most 8 MiB; whoever takes longer to send it would hold its place for nothing. */
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** What is read of a body that is not wanted. */
    private static final long MAX_DROPPED_BYTES = 64L << 20;

    private static final Duration DROP_TIMEOUT = Duration.ofSeconds(15);

    private final RequestEntity entity;
    private final Flow<ByteString, ByteString, NotUsed> metered;
    private final ClassicActorSystemProvider system;
    private boolean taken;
    private boolean atItsEnd;

    /** @param metered what its bytes pass on their way from the sender */
    RequestBody(
            RequestEntity entity, Flow<ByteString, ByteString, NotUsed> metered, ClassicActorSystemProvider system) {
        this.entity = entity;
        this.metered = metered;
        this.system = system;
    }

    /** What has come of a body so far; its bytes are let go once it is over the limit. */
    private record Partial(long length, ByteString bytes) {

        static final Partial NONE = new Partial(0, ByteString.emptyByteString());

        Partial plus(ByteString chunk, long limit) {
            long sum = length + chunk.size();
            return new Partial(sum, sum > limit ? ByteString.emptyByteString() : bytes.concat(chunk));
        }
    }

    boolean isEmpty() {
        return entity.isKnownEmpty();
    }

    /** In bytes; empty if the sender did not say. */
    OptionalLong length() {
        return entity.getContentLengthOption();
    }

    /**
     * The whole body.
     *
     * @param limit in bytes
     * @throws ProblemException {@code too_large}; {@code bad_request} if it does not come to its end; {@code request_timeout} if it comes too
     *     slowly, or not within {@link #TIMEOUT}
     */
    byte[] bytes(long limit) throws InterruptedException {
        if (length().orElse(0) > limit) {
            throw tooLarge(limit);
        }
        taken = true;
        Partial whole = entity instanceof HttpEntity.Strict strict
                ? Partial.NONE.plus(strict.getData(), limit)
                : streamed(limit);
        atItsEnd = true;
        if (whole.length() > limit) {
            throw tooLarge(limit);
        }
        return whole.bytes().toArray();
    }

    private Partial streamed(long limit) throws InterruptedException {
        CompletionStage<Partial> read = entity.withSizeLimit(limit + MAX_DROPPED_BYTES)
                .getDataBytes()
                .via(metered)
                .completionTimeout(TIMEOUT)
                .runWith(Sink.fold(Partial.NONE, (partial, chunk) -> partial.plus(chunk, limit)), system);
        try {
            return read.toCompletableFuture().get();
        } catch (ExecutionException e) {
            if (Causes.contain(e, EntityStreamSizeException.class)) {
                throw tooLarge(limit);
            }
            throw Causes.first(e, ProblemException.class).orElseGet(() -> unended(e));
        }
    }

    private static ProblemException unended(ExecutionException e) {
        return Causes.contain(e, TimeoutException.class)
                ? new ProblemException(
                        ProblemCode.REQUEST_TIMEOUT, "the body did not come within " + TIMEOUT.toSeconds() + " s")
                : new ProblemException(ProblemCode.BAD_REQUEST, "the body did not come to its end");
    }

    private static ProblemException tooLarge(long limit) {
        return new ProblemException(ProblemCode.TOO_LARGE, "the body is over the limit of " + limit + " bytes");
    }

    /** The body as it comes, however long. */
    Source<ByteString, Object> stream() {
        taken = true;
        return entity.withoutSizeLimit().getDataBytes().via(metered);
    }

    boolean isTaken() {
        return taken;
    }

    /**
     * Reads and drops what nobody took.
     *
     * @return whether the body is known to have been read to its end
     */
    boolean drained() throws InterruptedException {
        if (!taken) {
            taken = true;
            atItsEnd = isEmpty() || dropped();
        }
        return atItsEnd;
    }

    private boolean dropped() throws InterruptedException {
        try {
            entity.withSizeLimit(MAX_DROPPED_BYTES)
                    .discardBytes(system)
                    .completionStage()
                    .toCompletableFuture()
                    .get(DROP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | CompletionException | TimeoutException e) {
            return false;
        }
    }
}
