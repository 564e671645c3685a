package io.tinysync.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.ItemId;
import org.junit.jupiter.api.Test;

/** Saves of one file that follow closely on one another become one op; a single save travels at once. */
final class SaveRhythmTest {

    private final SavingDevice device = new SavingDevice();
    private final ItemId doc = device.onServer("doc", "v0");

    private void save(long afterMs, String text) throws RefusedException {
        device.nowMs += afterMs;
        device.save("doc", text);
    }

    private long waitMs() {
        long waitMs = device.plan(_ -> true).waitMs();
        return waitMs == Long.MAX_VALUE ? 0 : waitMs;
    }

    @Test
    void a_first_save_is_sent_at_once() throws RefusedException {
        save(0, "v1");

        assertThat(device.sendable()).hasSize(1);
    }

    @Test
    void a_save_after_a_pause_is_a_first_again() throws RefusedException {
        save(0, "v1");
        save(100, "v2");
        save(10_000, "v3");

        assertThat(device.sendable()).hasSize(1);
    }

    @Test
    void a_second_save_that_does_not_follow_closely_is_sent_at_once_too() throws RefusedException {
        save(0, "v1");
        save(1_500, "v2");
        assertThat(device.sendable()).hasSize(1);

        save(1_500, "v3");
        assertThat(device.sendable()).isEmpty();
    }

    @Test
    void saves_in_rapid_succession_become_one_when_they_end() throws RefusedException {
        save(0, "v1");
        for (int i = 2; i < 10; i++) {
            save(500, "v" + i);
            assertThat(device.sendable()).isEmpty();
        }
        device.nowMs += waitMs();

        assertThat(device.sendable())
                .singleElement()
                .isInstanceOfSatisfying(
                        Intent.Update.class,
                        update -> assertThat(update.content()).isEqualTo(StoredValues.content("v9")));
    }

    @Test
    void the_wait_follows_the_pace_and_grows_with_the_number_of_saves() throws RefusedException {
        save(0, "v1");
        save(5, "v2");
        assertThat(waitMs()).isEqualTo(10);
        save(2_000, "v3");
        assertThat(waitMs()).isEqualTo(400);
        save(2_000, "v4");
        assertThat(waitMs()).isEqualTo(800);
    }

    @Test
    void saves_without_end_are_sent_now_and_then() throws RefusedException {
        save(0, "v1");
        int unsent = 0;
        while (device.sendable().isEmpty() || unsent == 0) {
            save(1_000, "v" + unsent++);
            assertThat(unsent).isLessThan(20);
        }
        assertThat(unsent).isGreaterThan(10);
    }

    @Test
    void what_must_follow_a_save_waits_with_it_and_the_rest_does_not() throws RefusedException {
        save(0, "v1");
        save(300, "v2");
        device.rename("doc", "letter");
        device.save("other", "text");

        assertThat(device.sendable())
                .extracting(Intent::itemId)
                .doesNotContain(doc)
                .containsExactly(device.at("other").itemId());
    }

    @Test
    void a_clock_that_goes_back_begins_anew() throws RefusedException {
        save(0, "v1");
        save(-100_000, "v2");

        assertThat(device.sendable()).hasSize(1);
    }
}
