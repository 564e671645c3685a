package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/** Counts the streams of one sort that run on this node, so that there are not too many. Thread-safe. */
final class Occupancy {

    private final AtomicInteger running = new AtomicInteger();
    private final int limit;

    /** @param limit above which a request is refused; those that come in the same moment may exceed it by as many as they are */
    Occupancy(int limit) {
        this.limit = limit;
    }

    /** @throws ProblemException {@code unavailable} if there are as many as may be */
    void checkRoom() {
        if (running.get() >= limit) {
            throw new ProblemException(ProblemCode.UNAVAILABLE, "as many downloads run as the server takes");
        }
    }

    /** The same stream, which counts from its start to its end; one that is never started does not. */
    <T> Source<T, NotUsed> counted(Source<T, ?> stream) {
        return Source.fromMaterializer((materializer, attributes) -> {
                    running.incrementAndGet();
                    return stream.watchTermination((value, done) -> {
                        var _ = done.whenComplete((ended, failure) -> running.decrementAndGet());
                        return NotUsed.getInstance();
                    });
                })
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
    }
}
