package io.tinysync.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.device.Answers;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.VaultId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;

/** A server that says when to come again is not asked before. */
final class AskedToWaitTest {

    private static final VaultId VAULT = new VaultId(new UUID(0x7000, Long.MIN_VALUE));

    @Test
    void nobody_waits_who_was_not_asked_to_and_the_longest_wait_counts() throws Exception {
        AtomicLong clock = new AtomicLong(-5);
        AskedToWait waits = new AskedToWait(clock::get);
        waits.pass();
        waits.atLeast(Duration.ofHours(2));
        waits.atLeast(Duration.ofHours(1));
        Thread waiting = Thread.ofVirtual().start(() -> pass(waits));
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(waiting.isAlive()).isTrue();
        waiting.interrupt();
        waiting.join();
        clock.addAndGet(Duration.ofHours(1).toNanos());
        waits.pass();
    }

    private static void pass(AskedToWait waits) {
        try {
            waits.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void all_calls_of_a_device_wait_as_long_as_the_server_has_said() throws Exception {
        HttpTimes times = new HttpTimes(
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                Duration.ofMillis(400),
                Duration.ofMillis(10),
                Duration.ofMillis(100));
        AtomicLong refusedAt = new AtomicLong();
        AtomicLong askedAgainAt = new AtomicLong();
        try (CannedServer canned = new CannedServer();
                RemoteServer server = new RemoteServer(ServerUrls.of(canned.uri()), "tsdev_secret", times)) {
            canned.answerWith(request -> {
                if (refusedAt.compareAndSet(0, System.nanoTime())) {
                    Problem problem = new Problem(
                            "about:blank", "Too many requests", 429, ProblemCode.TOO_MANY_REQUESTS, "often", null);
                    return HttpResponse.create()
                            .withStatus(429)
                            .addHeader(RawHeader.create("Retry-After", "1"))
                            .withEntity(Json.write(problem));
                }
                askedAgainAt.compareAndSet(0, System.nanoTime());
                return HttpResponse.create().withEntity(Json.write(new LogPage(1, 0, 1, List.of())));
            });

            assertThat(server.log(VAULT, Cursor.START, 5).toCompletableFuture().handle((answer, failure) -> failure))
                    .succeedsWithin(Duration.ofSeconds(20))
                    .isNotNull();
            assertThat(server.log(VAULT, Cursor.START, 5).toCompletableFuture())
                    .succeedsWithin(Duration.ofSeconds(20))
                    .isInstanceOf(Answers.Page.class);
        }
        assertThat(Duration.ofNanos(askedAgainAt.get() - refusedAt.get()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
}
