package io.tinysync.engine.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** A stream that gives its bytes and then waits. */
final class StalledSource {

    private final Source<ByteString, ?> first;
    private final CountDownLatch given = new CountDownLatch(1);
    private final CompletableFuture<ByteString> next = new CompletableFuture<>();

    StalledSource(Source<ByteString, ?> first) {
        this.first = first;
    }

    Source<ByteString, ?> bytes() {
        return first.concatLazy(Source.lazySource(() -> {
            given.countDown();
            return Source.completionStage(next);
        }));
    }

    /** All but what the stream's buffers hold is with its reader then. */
    void awaitItsLastByte() throws InterruptedException {
        assertThat(given.await(30, TimeUnit.SECONDS)).isTrue();
    }

    void fail(String why) {
        next.completeExceptionally(new IllegalStateException(why));
    }
}
