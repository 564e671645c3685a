package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;

/**
 * The places for sockets on this node. A socket takes one before anybody looks at its token, waits for its turn to be opened, and keeps the place
 * until it ends. Opening is what costs: the token and the heads of the vaults come from the database. Thread-safe.
 */
final class SocketPlaces implements Route.Entry {

    private static final AttributeKey<Place> PLACE = AttributeKey.create("socket-place", Place.class);

    /** A socket that does not stand a moment after its answer was given has lost its connection while it waited, and holds nobody up. */
    private static final Duration CONNECTED_WITHIN = Duration.ofMillis(500);

    /** For a database that does not answer. */
    private static final Duration OPENING_LIMIT = Duration.ofSeconds(10);

    /** Devices that do not answer the closing handshake are given up after about as long. */
    private static final Duration LEAVING_LIMIT = Duration.ofSeconds(4);

    private final SocketLimits limits;
    private final Semaphore turns;
    private final AtomicInteger taken = new AtomicInteger();
    private final SharedKillSwitch all = KillSwitches.shared("sockets");
    private final CompletableFuture<Done> empty = new CompletableFuture<>();
    private volatile boolean leaving;

    SocketPlaces(SocketLimits limits) {
        this.limits = limits;
        this.turns = new Semaphore(limits.openings(), true);
    }

    /** What one socket holds. Each step may be told again. */
    final class Place {
        private final CompletableFuture<Done> opening = new CompletableFuture<Done>()
                .completeOnTimeout(Done.done(), OPENING_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        private final CompletableFuture<Done> end = new CompletableFuture<>();
        private volatile boolean connected;

        private Place() {
            var _ = opening.thenRun(this::endUnlessConnected);
            var _ = opening.thenRun(turns::release);
            var _ = end.thenRun(SocketPlaces.this::giveBack);
        }

        private void endUnlessConnected() {
            if (!connected) {
                ended();
            }
        }

        private void expectConnection() {
            CompletableFuture.delayedExecutor(CONNECTED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::endUnlessConnected);
        }

        /** The socket stands; its first state is still to come. */
        void connected() {
            connected = true;
        }

        /** The socket has its first state: it is the next one's turn. */
        void opened() {
            opening.complete(Done.done());
        }

        /** The socket is no more, or was never made. */
        void ended() {
            end.complete(Done.done());
            opening.complete(Done.done());
        }
    }

    @Override
    public HttpResponse enter(HttpRequest request, Route.Work work) throws Exception {
        Place place = take();
        try {
            HttpResponse answer = work.answer(request.addAttribute(PLACE, place));
            place.expectConnection();
            return answer;
        } catch (Exception e) {
            place.ended();
            throw e;
        }
    }

    /** The place of a request that has entered. */
    static Place of(HttpRequest request) {
        return request.getAttribute(PLACE).orElseThrow();
    }

    private Place take() throws InterruptedException {
        if (leaving) {
            throw new ProblemException(ProblemCode.UNAVAILABLE, "the server is stopping");
        }
        if (taken.incrementAndGet() > limits.sockets()) {
            giveBack();
            throw new ProblemException(
                    ProblemCode.UNAVAILABLE, "the node has the " + limits.sockets() + " sockets that it takes");
        }
        if (!turns.tryAcquire(limits.turn().toMillis(), TimeUnit.MILLISECONDS)) {
            giveBack();
            throw new ProblemException(ProblemCode.UNAVAILABLE, "too many sockets are being opened");
        }
        return new Place();
    }

    private void giveBack() {
        if (taken.decrementAndGet() == 0 && leaving) {
            empty.complete(Done.done());
        }
    }

    /** Part of every socket's stream. */
    <T> Flow<T, T, NotUsed> ending() {
        return Flow.<T>create().via(all.flow());
    }

    /** Whether a socket that ends now ends because the node goes away. */
    boolean isLeaving() {
        return leaving;
    }

    /** Takes no more sockets and ends those that there are; done once they have ended, within a few seconds. */
    CompletionStage<Done> leave() {
        leaving = true;
        all.shutdown();
        if (taken.get() == 0) {
            empty.complete(Done.done());
        }
        return empty.copy().completeOnTimeout(Done.done(), LEAVING_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
