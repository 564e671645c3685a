package io.tinysync.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.identity.RememberedAccess.Moment;
import io.tinysync.server.identity.RememberedAccess.Question;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RememberedAccessTest {

    private static final Sha256 HASH = Sha256.hash(new byte[] {1});

    private long clock;
    private final RememberedAccess remembered = new RememberedAccess(2, () -> clock);

    private static Question question(int device) {
        return new Question(new DeviceId(new UUID(0x7000, Long.MIN_VALUE | device)), Optional.empty());
    }

    private void put(Question question) {
        remembered.put(question, HASH, remembered.now());
    }

    @Test
    void what_was_found_is_remembered_for_that_question_alone() {
        Question asked = question(1);
        put(asked);
        assertThat(remembered.find(asked)).contains(HASH);
        assertThat(remembered.find(question(2))).isEmpty();
        VaultId vault = new VaultId(new UUID(0x7000, Long.MIN_VALUE));
        assertThat(remembered.find(new Question(asked.device(), Optional.of(vault))))
                .isEmpty();
    }

    @Test
    void nothing_is_remembered_for_longer_than_its_age_counted_from_before_the_query() {
        Moment before = remembered.now();
        clock = 1_000_000_000;
        remembered.put(question(1), HASH, before);

        clock = RememberedAccess.MAX_AGE.toNanos() - 1;
        assertThat(remembered.find(question(1))).isPresent();
        clock++;
        assertThat(remembered.find(question(1))).isEmpty();
    }

    @Test
    void being_used_makes_nothing_younger() {
        put(question(1));
        clock = RememberedAccess.MAX_AGE.toNanos() / 2;
        remembered.find(question(1));
        clock = RememberedAccess.MAX_AGE.toNanos();
        assertThat(remembered.find(question(1))).isEmpty();
    }

    @Test
    void what_was_asked_before_all_was_forgotten_is_not_remembered_after_it() {
        Moment before = remembered.now();
        remembered.forgetAll();
        remembered.put(question(1), HASH, before);
        assertThat(remembered.find(question(1))).isEmpty();
    }

    @Test
    void it_is_bounded_and_the_least_used_goes() {
        put(question(1));
        put(question(2));
        remembered.find(question(1));
        put(question(3));
        assertThat(remembered.find(question(1))).isPresent();
        assertThat(remembered.find(question(2))).isEmpty();
        assertThat(remembered.find(question(3))).isPresent();
    }
}
