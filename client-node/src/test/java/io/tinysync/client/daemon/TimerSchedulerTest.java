package io.tinysync.client.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.Scheduler;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimerSchedulerTest {

    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration NEVER = Duration.ofHours(1);

    private final ActorSystem system = ActorSystem.create("timers", ConfigFactory.load("io/tinysync/client/daemon"));
    private final Scheduler timers = system.scheduler();

    @AfterEach
    void stop() {
        TestKit.shutdownActorSystem(system);
    }

    private Cancellable once(Duration delay, Runnable task) {
        return timers.scheduleOnce(delay, task, system.dispatcher());
    }

    @Test
    void it_is_the_daemons() {
        assertThat(timers).isInstanceOf(TimerScheduler.class);
    }

    @Test
    void what_is_due_is_done_and_cannot_be_cancelled_any_more() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Cancellable timer = once(SOON, done::countDown);

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(timer.cancel()).isFalse();
        assertThat(timer.isCancelled()).isFalse();
    }

    @Test
    void what_was_cancelled_is_not_done() throws InterruptedException {
        AtomicBoolean cancelled = new AtomicBoolean();
        CountDownLatch later = new CountDownLatch(1);
        Cancellable timer = once(SOON, () -> cancelled.set(true));

        assertThat(timer.cancel()).isTrue();
        assertThat(timer.isCancelled()).isTrue();
        assertThat(timer.cancel()).isFalse();
        once(SOON.multipliedBy(5), later::countDown);
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(cancelled).isFalse();
    }

    @Test
    void what_is_repeated_is_done_until_it_is_cancelled() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(5);
        Cancellable timer = timers.scheduleAtFixedRate(SOON, SOON, done::countDown, system.dispatcher());

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(timer.cancel()).isTrue();
    }

    @Test
    void after_the_end_of_the_system_nothing_is_taken() {
        once(NEVER, () -> {});
        TestKit.shutdownActorSystem(system);

        assertThatThrownBy(() -> once(SOON, () -> {})).isInstanceOf(IllegalStateException.class);
    }
}
