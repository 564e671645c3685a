package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the blob store; what goes wrong there is a problem that passes. */
final class StoreAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(StoreAnswers.class);

    private StoreAnswers() {}

    static <T> T result(CompletionStage<T> stage, String what, Sha256 id) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw problem(e, what, "blob " + id);
        }
    }

    /** The same of several blobs at once, one at least. */
    static <T> T result(CompletionStage<T> stage, String what, Set<Sha256> ids) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw problem(
                    e,
                    what,
                    ids.size() + " blobs, one of them " + ids.iterator().next());
        }
    }

    /** The same for a limited time; what it waits for goes on. */
    static <T> T result(CompletionStage<T> stage, Duration limit, String what, Sha256 id) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw problem(e, what, "blob " + id);
        } catch (TimeoutException e) {
            throw new ProblemException(ProblemCode.UNAVAILABLE, "all bytes have arrived and are still being stored");
        }
    }

    private static ProblemException problem(ExecutionException e, String what, String which) {
        Optional<ProblemException> problem = Causes.first(e, ProblemException.class);
        if (problem.isPresent()) {
            return problem.get();
        }
        if (Causes.contain(e, EntityStreamException.class)) {
            return new ProblemException(ProblemCode.BAD_REQUEST, "the body did not come to its end");
        }
        LOG.warn("could not {} {}: {}", what, which, String.valueOf(e.getCause()));
        return new ProblemException(ProblemCode.UNAVAILABLE, "could not " + what + " the blob");
    }
}
