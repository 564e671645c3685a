package io.tinysync.engine.blob.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.blob.collection.BlobState.Condemned;
import io.tinysync.engine.blob.collection.BlobState.Deleting;
import io.tinysync.engine.blob.collection.BlobState.Leased;
import io.tinysync.engine.blob.collection.CollectionRules.Coming;
import io.tinysync.engine.blob.collection.CollectionRules.Leasing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CollectionRulesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final CollectionRules rules =
            new CollectionRules(Duration.ofHours(1), Duration.ofHours(24), Duration.ofDays(7));

    @Test
    void aGraceThatIsNotLongerThanALeaseIsRefused() {
        Duration hour = Duration.ofHours(1);
        assertThatThrownBy(() -> new CollectionRules(hour, hour, hour)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CollectionRules(Duration.ZERO, hour, hour))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CollectionRules(hour, hour.multipliedBy(2), Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCondemnedBlobMayNotBeNamed() {
        assertThat(rules.leasing(Optional.empty(), NOW)).isEqualTo(Leasing.TO_BE_LEASED);
        assertThat(rules.leasing(Optional.of(new Leased(NOW.plusSeconds(3500))), NOW))
                .isEqualTo(Leasing.LEASED);
        assertThat(rules.leasing(Optional.of(new Leased(NOW.plusSeconds(10))), NOW))
                .isEqualTo(Leasing.TO_BE_LEASED);
        assertThat(rules.leasing(Optional.of(new Condemned(NOW)), NOW)).isEqualTo(Leasing.REFUSED);
        assertThat(rules.leasing(Optional.of(new Deleting(NOW)), NOW)).isEqualTo(Leasing.REFUSED);
    }

    @Test
    void whatIsNamedLeasedOrWasSentLatelyIsNotCondemned() {
        Optional<Instant> never = Optional.empty();
        assertThat(rules.mayCondemn(Optional.empty(), false, never, NOW)).isTrue();
        assertThat(rules.mayCondemn(Optional.empty(), true, never, NOW)).isFalse();
        assertThat(rules.mayCondemn(Optional.empty(), false, Optional.of(NOW.minusSeconds(60)), NOW))
                .isFalse();
        assertThat(rules.mayCondemn(Optional.empty(), false, Optional.of(NOW.minus(Duration.ofDays(8))), NOW))
                .isTrue();
        assertThat(rules.mayCondemn(Optional.of(new Leased(NOW.plusSeconds(1))), false, never, NOW))
                .isFalse();
        assertThat(rules.mayCondemn(Optional.of(new Leased(NOW.minusSeconds(1))), false, never, NOW))
                .isTrue();
        assertThat(rules.mayCondemn(Optional.of(new Condemned(NOW.minusSeconds(1))), false, never, NOW))
                .isFalse();
    }

    @Test
    void onlyWhatIsCondemnedLongerThanTheGraceIsRipe() {
        assertThat(rules.isRipe(Optional.of(new Condemned(NOW.minus(Duration.ofHours(23)))), NOW))
                .isFalse();
        assertThat(rules.isRipe(Optional.of(new Condemned(NOW.minus(Duration.ofHours(25)))), NOW))
                .isTrue();
        assertThat(rules.isRipe(Optional.of(new Leased(NOW.minus(Duration.ofHours(25)))), NOW))
                .isFalse();
        assertThat(rules.isRipe(Optional.empty(), NOW)).isFalse();
    }

    @Test
    void aCondemnedBlobIsRevivedBeforeItsBytesGoToTheStore() {
        assertThat(rules.coming(Optional.empty())).isEqualTo(Coming.NOW);
        assertThat(rules.coming(Optional.of(new Leased(NOW)))).isEqualTo(Coming.NOW);
        assertThat(rules.coming(Optional.of(new Condemned(NOW)))).isEqualTo(Coming.REVIVE);
        assertThat(rules.coming(Optional.of(new Deleting(NOW)))).isEqualTo(Coming.LATER);
    }

    @Test
    void bytesOfWhatIsBeingDeletedMustComeAgain() {
        assertThat(rules.mayStore(Optional.of(new Condemned(NOW)))).isTrue();
        assertThat(rules.mayStore(Optional.of(new Deleting(NOW)))).isFalse();
    }
}
