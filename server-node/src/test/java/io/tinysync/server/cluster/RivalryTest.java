package io.tinysync.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RivalryTest {

    private static final Set<String> MEMBERS = Set.of("one", "two");
    private static final Instant BEGIN = Instant.EPOCH;

    private final Rivalry rivalry = new Rivalry();

    private boolean isLost(String holder, Duration after) {
        return rivalry.isLost(Optional.of(holder).filter(name -> !name.isEmpty()), MEMBERS, BEGIN.plus(after));
    }

    @Test
    void aClusterWhoseOwnNodeHasTheClaimIsNeverLost() {
        assertThat(isLost("two", Duration.ZERO)).isFalse();
        assertThat(isLost("two", Rivalry.PATIENCE.multipliedBy(10))).isFalse();
    }

    @Test
    void aNodeWhoseClusterHasNotHadTheClaimForLongIsLost() {
        assertThat(isLost("three", Duration.ZERO)).isFalse();
        assertThat(isLost("three", Rivalry.PATIENCE.minusMillis(1))).isFalse();
        assertThat(isLost("three", Rivalry.PATIENCE)).isTrue();
    }

    @Test
    void whoeverElseHasTheClaimItIsTheOtherCluster() {
        assertThat(isLost("three", Duration.ZERO)).isFalse();
        assertThat(isLost("four", Rivalry.PATIENCE)).isTrue();
    }

    /** A node that has left or was put out has a claim for some time that nobody renews. */
    @Test
    void whatHasExpiredOrWasTakenBackInTheMeantimeCountsNoMore() {
        assertThat(isLost("three", Duration.ZERO)).isFalse();
        assertThat(isLost("", Duration.ofSeconds(1))).isFalse();
        assertThat(isLost("three", Rivalry.PATIENCE)).isFalse();
        assertThat(isLost("one", Rivalry.PATIENCE.plusSeconds(1))).isFalse();
        assertThat(isLost("three", Rivalry.PATIENCE.multipliedBy(2))).isFalse();
    }

    @Test
    void aLookThatFailedSaysNothing() {
        assertThat(isLost("three", Duration.ZERO)).isFalse();
        rivalry.forget();
        assertThat(isLost("three", Rivalry.PATIENCE)).isFalse();
        assertThat(isLost("three", Rivalry.PATIENCE.multipliedBy(2))).isTrue();
    }
}
