package io.tinysync.server.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReadinessTest {

    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final Duration A_MOMENT = Duration.ofMillis(20);

    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

    private static Probe well(String name) {
        return new Probe(name, () -> CompletableFuture.completedFuture(Optional.empty()));
    }

    @Test
    void aNodeIsReadyIfNoProbeFindsAFault() {
        List<Finding> findings = new Readiness(List.of(well("first"), well("second"))).findings();

        assertThat(Readiness.isReady(findings)).isTrue();
        assertThat(findings).map(Finding::toString).containsExactly("first: ok", "second: ok");
    }

    @Test
    void eachProbeSaysForItselfWhatIsWrong() {
        List<Finding> findings = new Readiness(List.of(
                        well("well"),
                        new Probe("faulty", () -> CompletableFuture.completedFuture(Optional.of("is away"))),
                        Probe.blocking(
                                "failing",
                                () -> {
                                    throw new IOException("with the address of a database in it");
                                },
                                threads)))
                .findings();

        assertThat(Readiness.isReady(findings)).isFalse();
        assertThat(findings)
                .map(Finding::toString)
                .containsExactly("well: ok", "faulty: is away", "failing: does not answer");
    }

    @Test
    void probesAreAskedAtTheSameTime() {
        CountDownLatch bothAsked = new CountDownLatch(2);
        Probe waitingForTheOther = Probe.blocking(
                "waiting",
                () -> {
                    bothAsked.countDown();
                    return bothAsked.await(1, TimeUnit.MINUTES) ? Optional.empty() : Optional.of("is alone");
                },
                threads);

        List<Finding> findings =
                new Readiness(List.of(waitingForTheOther, waitingForTheOther), AN_HOUR, AN_HOUR).findings();

        assertThat(Readiness.isReady(findings)).isTrue();
    }

    @Test
    void howeverManyAskTheProbesAreAskedOnce() {
        AtomicInteger asked = new AtomicInteger();
        Probe counted = new Probe("counted", () -> {
            asked.incrementAndGet();
            return CompletableFuture.completedFuture(Optional.empty());
        });
        Readiness readiness = new Readiness(List.of(counted), AN_HOUR, AN_HOUR);

        IntStream.range(0, 1000).parallel().forEach(i -> readiness.findings());

        assertThat(asked).hasValue(1);
    }

    @Test
    void whatWasFoundIsGoodForAMomentOnly() {
        AtomicInteger asked = new AtomicInteger();
        Probe recovering = new Probe(
                "recovering",
                () -> CompletableFuture.completedFuture(
                        asked.getAndIncrement() == 0 ? Optional.of("is away") : Optional.empty()));
        Readiness readiness = new Readiness(List.of(recovering), AN_HOUR, Duration.ZERO);

        assertThat(Readiness.isReady(readiness.findings())).isFalse();
        assertThat(Readiness.isReady(readiness.findings())).isTrue();
    }

    /** It would otherwise take one more thread, and one more connection of the pool, each time. */
    @Test
    void aProbeThatOwesAnAnswerIsNotAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<Optional<String>> owed = new CompletableFuture<>();
        Probe hanging = new Probe("hanging", () -> {
            asked.incrementAndGet();
            return owed;
        });
        Readiness readiness = new Readiness(List.of(hanging), A_MOMENT, Duration.ZERO);

        for (int i = 0; i < 3; i++) {
            assertThat(readiness.findings()).map(Finding::toString).containsExactly("hanging: does not answer in time");
        }
        assertThat(asked).hasValue(1);

        owed.complete(Optional.empty());
        assertThat(Readiness.isReady(readiness.findings())).isTrue();
    }
}
