package io.tinysync.engine.vault;

import static io.tinysync.engine.vault.VaultNode.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.VaultId;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an observer hears of a vault's entity. */
final class VaultObserverTest {

    private final VaultNode node = new VaultNode();
    private final VaultId vaultId = node.newVault();
    private final DeviceId device = node.newDevice();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void an_entity_is_in_memory_from_its_start_until_it_has_stopped() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        assertThat(node.tally.inMemory).hasValue(1);
        assertThat(node.tally.recoveries).hasValue(1);

        node.stop(vault);

        assertThat(node.tally.inMemory).hasValue(0);
    }

    @Test
    void an_entity_that_is_outrun_says_so_and_is_gone() {
        ActorRef<VaultCommand> stale = node.start(vaultId);
        node.head(stale);
        answered(node.submit(node.start(vaultId), device, 1, node.createFolder("of the other")));

        TestProbe<HeadReply> head = node.probe(HeadReply.class);
        stale.tell(new VaultCommand.Describe(head.getRef()));
        head.expectTerminated(stale, PATIENCE);

        assertThat(node.tally.outrun).hasValue(1);
        assertThat(node.tally.inMemory).hasValue(1);
    }

    @Test
    void requests_wait_while_a_commit_is_in_flight_and_make_the_next() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        node.table.holdWrites();
        TestProbe<SubmitReply> first = node.submit(vault, device, 1, node.createFolder("first"));
        TestProbe<SubmitReply> second = node.submit(vault, device, 2, node.createFolder("second"));
        TestProbe<SubmitReply> third =
                node.submit(vault, device, 3, node.createFolder("third"), node.createFolder("fourth"));
        third.expectNoMessage();
        assertThat(node.tally.waiting).hasValue(2);
        node.table.release();

        answered(first);
        answered(second);
        answered(third);

        assertThat(node.tally.waiting).hasValue(0);
        assertThat(node.tally.commits()).containsExactly(1, 3);
    }

    @Test
    void those_who_waited_for_an_entity_that_stops_wait_no_longer() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        node.table.holdWrites();
        TestProbe<SubmitReply> first = node.submit(vault, device, 1, node.createFolder("first"));
        node.submit(vault, device, 2, node.createFolder("second")).expectNoMessage();
        vault.tell(new VaultCommand.Stop());
        node.table.release();

        first.expectTerminated(vault, PATIENCE);

        assertThat(node.tally.waiting).hasValue(0);
    }

    @Test
    void what_is_answered_without_events_is_proven() {
        ActorRef<VaultCommand> vault = node.start(vaultId);

        node.head(vault);
        answered(node.submit(vault, device, 1, node.createFileWithoutBlob("refused")));

        assertThat(node.tally.proofs()).containsExactly(VaultObserver.Proof.READ, VaultObserver.Proof.RECORD);
        assertThat(node.tally.commits()).isEmpty();
    }

    @Test
    void an_entity_whose_journal_fails_pauses_and_recovers() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        node.table.failing(true);
        node.submit(vault, device, 1, node.createFolder("folder")).expectMessageClass(Unavailable.class, PATIENCE);
        node.table.failing(false);

        node.probe(Object.class).awaitAssert(PATIENCE, () -> {
            assertThat(node.tally.recoveries).hasValue(2);
            return true;
        });

        assertThat(node.tally.pauses).hasPositiveValue();
        assertThat(node.tally.inMemory).hasValue(1);
    }

    private static void answered(TestProbe<SubmitReply> probe) {
        probe.expectMessageClass(SubmitReply.Answered.class, PATIENCE);
    }
}
