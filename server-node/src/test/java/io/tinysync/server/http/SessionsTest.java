package io.tinysync.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a clock of the test's own. */
final class SessionsTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final Sessions sessions = new Sessions(nanos::get);
    private final List<ProblemException> ends = new ArrayList<>();

    private static DeviceId device() {
        return new DeviceId(UUID.randomUUID());
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Session open(DeviceId device, long lookedUp) {
        return sessions.open(device, Optional.empty(), ends::add, lookedUp);
    }

    @Test
    void a_revocation_ends_what_is_open_and_what_was_about_to_open() {
        DeviceId device = device();
        long before = sessions.now();
        Session open = open(device, before);

        sessions.revoke(device);

        assertThat(open.vault()).isEmpty();
        assertThat(ends).extracting(ProblemException::code).containsExactly(ProblemCode.UNAUTHORIZED);
        assertThatThrownBy(() -> open(device, before)).hasMessage("the device was revoked");
    }

    /** A token is remembered as good for a while after its device was revoked, and the request may take long after that. */
    @Test
    void no_request_whose_token_was_found_good_opens_after_the_revocation_however_long_it_takes() {
        DeviceId device = device();
        sessions.revoke(device);
        pass(io.tinysync.server.identity.RememberedAccess.MAX_AGE);
        long lookedUp = sessions.now();

        pass(Sessions.OPENING);
        sessions.devices();
        assertThatThrownBy(() -> open(device, lookedUp)).hasMessage("the device was revoked");

        pass(Duration.ofNanos(1));
        sessions.devices();
        assertThatThrownBy(() -> open(device, lookedUp))
                .isInstanceOfSatisfying(
                        ProblemException.class, late -> assertThat(late.code()).isEqualTo(ProblemCode.UNAVAILABLE));
    }

    @Test
    void revocations_are_forgotten_once_they_cannot_matter_any_more() {
        for (int i = 0; i < 1_000; i++) {
            sessions.revoke(device());
        }
        assertThat(sessions.revocations()).isEqualTo(1_000);

        pass(Sessions.REVOCATIONS_KEPT.plusNanos(1));
        sessions.revoke(device());

        assertThat(sessions.revocations()).isEqualTo(1);
    }

    @Test
    @Timeout(30)
    void of_devices_that_have_nothing_open_any_more_nothing_is_kept() throws InterruptedException {
        Session kept = open(device(), sessions.now());
        for (int i = 0; i < 100; i++) {
            open(device(), sessions.now());
        }
        while (sessions.devices().size() > 1) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(kept.vault()).isEmpty();
        assertThat(sessions.devices()).hasSize(1);
    }
}
