package io.tinysync.engine.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding.Passivate;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding.ShardCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which vaults leave a node's memory. */
final class VaultMemoryTest {

    private static final long OWN = VaultMemory.OWN_SIZE;
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final ActorTestKit kit = ActorTestKit.create();
    private final TestProbe<ShardCommand> shard = kit.createTestProbe(ShardCommand.class);
    private final Tally tally = new Tally();
    private long now;
    private final VaultMemory memory = new VaultMemory(1000 + 3 * OWN, IDLE, tally, () -> now);

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    private ActorRef<VaultCommand> loading() {
        ActorRef<VaultCommand> vault = kit.createTestProbe(VaultCommand.class).getRef();
        memory.began(vault, shard.getRef());
        return vault;
    }

    private ActorRef<VaultCommand> loaded(long size) {
        ActorRef<VaultCommand> vault = loading();
        memory.used(vault, size);
        return vault;
    }

    private void assertNextToLeave(ActorRef<VaultCommand> vault) {
        assertThat(shard.receiveMessage()).isEqualTo(new Passivate<>(vault));
    }

    @Test
    void nobodyLeavesWhileThereIsRoom() {
        loaded(500);
        loaded(500);
        loaded(0);

        shard.expectNoMessage();
        assertThat(memory.size()).isEqualTo(1000 + 3 * OWN);
    }

    @Test
    void whoWasUsedTheLongestAgoLeavesFirst() {
        ActorRef<VaultCommand> first = loaded(400);
        ActorRef<VaultCommand> second = loaded(400);
        memory.used(first, 400);

        loaded(600);

        assertNextToLeave(second);
        shard.expectNoMessage();
        assertThat(tally.passivations).hasValue(1);
        assertThat(memory.size()).isEqualTo(1000 + 2 * OWN);
    }

    @Test
    void asManyLeaveAsMakeRoomForALargeOne() {
        ActorRef<VaultCommand> first = loaded(100);
        ActorRef<VaultCommand> second = loaded(100);
        loaded(100);

        loaded(1000);

        assertNextToLeave(first);
        assertNextToLeave(second);
    }

    @Test
    void aVaultThatGrowsMakesOthersLeave() {
        ActorRef<VaultCommand> other = loaded(500);
        ActorRef<VaultCommand> growing = loaded(100);

        memory.used(growing, 900);

        assertNextToLeave(other);
        shard.expectNoMessage();
    }

    /** It would be loaded again at once, and for ever. */
    @Test
    void theOneThatIsUsedStaysHoweverLargeItIs() {
        ActorRef<VaultCommand> large = loaded(1_000_000);

        memory.used(large, 1_000_001);

        shard.expectNoMessage();
    }

    /** Whoever waits for it would have to begin to wait again. */
    @Test
    void whatIsBeingLoadedIsNotMadeToLeave() {
        loading();
        ActorRef<VaultCommand> loaded = loaded(600);
        loaded(600);

        assertNextToLeave(loaded);
        shard.expectNoMessage();
    }

    @Test
    void whoLeavesIsToldOnceAndCountsNoMore() {
        ActorRef<VaultCommand> leaving = loaded(600);
        loaded(600);
        assertNextToLeave(leaving);

        memory.used(leaving, 600);
        loaded(400);

        shard.expectNoMessage();
        memory.ended(leaving);
        assertThat(memory.size()).isEqualTo(1000 + 2 * OWN);
    }

    @Test
    void whoHasEndedByItselfMakesRoom() {
        memory.ended(loaded(600));

        loaded(600);

        shard.expectNoMessage();
        assertThat(memory.size()).isEqualTo(600 + OWN);
    }

    @Test
    void whoIsNotUsedForLongLeavesAlsoIfItCouldNotBeLoaded() {
        ActorRef<VaultCommand> stuck = loading();
        ActorRef<VaultCommand> used = loaded(1);
        now += IDLE.toNanos();
        memory.used(used, 1);
        memory.letIdleGo();
        shard.expectNoMessage();

        now++;
        memory.letIdleGo();

        assertNextToLeave(stuck);
        shard.expectNoMessage();
    }
}
