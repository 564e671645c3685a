package io.tinysync.engine.vault;

import static io.tinysync.engine.vault.VaultNode.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.VaultState;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recovery from saved states: it is quicker than from events, and nothing else about it differs. */
final class VaultRecoveryTest {

    private static final int BATCH = 250;

    private final VaultNode node = new VaultNode();
    private final VaultId vaultId = node.newVault();
    private final DeviceId device = node.newDevice();
    private long requestNo;

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void a_state_is_saved_after_a_thousand_events_and_recovery_replays_only_the_rest() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        fill(vault, 5);
        node.awaitSnapshots(vaultId, 1);
        VaultHead before = node.head(vault);
        node.stop(vault);
        int replayed = node.table.replayed();

        VaultHead after = node.head(node.start(vaultId));

        assertThat(after).isEqualTo(before);
        assertThat(node.table.snapshots(vaultId)).containsOnlyKeys(1000L);
        assertThat(node.table.replayed() - replayed).isEqualTo(250);
    }

    @Test
    void a_state_that_cannot_be_read_is_passed_over() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        fill(vault, 5);
        node.awaitSnapshots(vaultId, 1);
        VaultHead before = node.head(vault);
        node.stop(vault);
        node.table.breakSnapshot(vaultId, 1000);

        assertThat(node.head(node.start(vaultId))).isEqualTo(before);
    }

    @Test
    void an_op_from_before_the_saved_state_is_still_answered_with_its_seq() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        Op first = node.createFolder("first");
        answered(node.submit(vault, device, ++requestNo, first));
        fill(vault, 4);
        node.awaitSnapshots(vaultId, 1);
        node.stop(vault);

        SubmitReply.Answered again = answered(node.submit(node.start(vaultId), device, ++requestNo, first));

        assertThat(again.reply().results().getFirst().seq()).isEqualTo(1);
    }

    @Test
    void a_cursor_from_before_the_saved_state_is_compared_with_the_journal() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        answered(node.submit(vault, device, ++requestNo, node.createFolder("first")));
        Cursor old = node.head(vault).cursor();
        fill(vault, 4);
        node.awaitSnapshots(vaultId, 1);
        node.stop(vault);
        ActorRef<VaultCommand> again = node.start(vaultId);

        answered(node.submit(again, device, old, ++requestNo, node.createFolder("on this history")));
        Cursor other = new Cursor(old.epoch(), old.seq(), Chain.START);
        SubmitReply diverged = node.submit(again, device, other, ++requestNo, node.createFolder("on another"))
                .receiveMessage(PATIENCE);

        assertThat(diverged).isEqualTo(new SubmitReply.Diverged());
    }

    /** A vault that cannot come back once its events are deleted: "entry 9 cannot follow 0", for good. */
    @Test
    void with_the_head_of_its_journal_deleted_below_a_proven_state_it_comes_back() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        Op first = node.createFolder("first");
        answered(node.submit(vault, device, ++requestNo, first));
        Cursor old = node.head(vault).cursor();
        fill(vault, 5);
        node.awaitProven(vaultId, 1);
        VaultHead before = node.head(vault);
        node.stop(vault);
        long proven = node.table.proven(vaultId).first();
        node.table.catchUp(vaultId);
        node.table.deleteBelow(vaultId, proven);

        ActorRef<VaultCommand> again = node.start(vaultId);

        assertThat(proven).isGreaterThan(1);
        assertThat(node.head(again)).isEqualTo(before);
        SubmitReply.Answered repeated = answered(node.submit(again, device, old, ++requestNo, first));
        assertThat(repeated.reply().results().getFirst().seq()).isEqualTo(1);
        answered(node.submit(again, device, ++requestNo, node.createFolder("it goes on")));
        assertThat(node.head(again).cursor().seq()).isEqualTo(before.cursor().seq() + 1);
    }

    @Test
    void a_journal_with_a_gap_is_no_shorter_history() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        fill(vault, 1);
        node.stop(vault);
        node.table.deleteEvent(vaultId, 100);
        node.table.endingReplaysAtGaps();

        ActorRef<VaultCommand> again = node.start(vaultId);

        node.submit(again, device, ++requestNo, node.createFolder("over the gap"))
                .expectMessageClass(Unavailable.class, PATIENCE);
        assertThat(node.table.highest(VaultEntity.persistenceId(vaultId).id())).isEqualTo(BATCH);
    }

    @Test
    void a_state_that_was_stored_as_something_else_is_never_proven() {
        node.table.breakingStates();
        ActorRef<VaultCommand> vault = node.start(vaultId);
        fill(vault, 5);
        node.awaitSnapshots(vaultId, 1);
        VaultHead before = node.head(vault);
        node.stop(vault);

        assertThat(node.table.proven(vaultId)).isEmpty();
        assertThat(node.head(node.start(vaultId))).isEqualTo(before);
    }

    /** P5 for the age of a vault: what has left memory is in the index. */
    @Test
    void an_op_that_has_left_memory_still_takes_effect_once() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        Op.CreateFolder first = node.createFolder("first");
        answered(node.submit(vault, device, ++requestNo, first));
        fill(vault, 2 * VaultState.OPS_KEPT / BATCH);
        node.awaitForgotten(vault);
        long head = node.head(vault).cursor().seq();

        Op other = new Op.CreateFolder(first.opId(), first.itemId(), List.of(), ItemId.ROOT, "second", 0755, 0);
        Op move = new Op.MoveRename(
                node.newOp(), first.itemId(), List.of(), ItemId.ROOT, "third", Base.after(first.opId()));
        List<OpResult> results = answered(node.submit(vault, device, ++requestNo, first, other, move))
                .reply()
                .results();

        assertThat(results.get(0).seq()).isEqualTo(1);
        assertThat(results.get(1).code()).isEqualTo(RejectionCode.OP_ID_REUSED);
        assertThat(results.get(2).seq()).isEqualTo(head + 1);
        assertThat(node.table.lookups()).isPositive();
        node.stop(vault);
        assertThat(answered(node.submit(node.start(vaultId), device, ++requestNo, first))
                        .reply()
                        .results()
                        .getFirst()
                        .seq())
                .isEqualTo(1);
    }

    @Test
    void an_op_stays_in_memory_while_the_index_fails() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.table.failingIndex();
        Op.CreateFolder first = node.createFolder("first");
        answered(node.submit(vault, device, ++requestNo, first));
        fill(vault, 2 * VaultState.OPS_KEPT / BATCH + 1);

        assertThat(answered(node.submit(vault, device, ++requestNo, first))
                        .reply()
                        .results()
                        .getFirst()
                        .seq())
                .isEqualTo(1);
        assertThat(node.state(vault).opsFrom()).isEqualTo(1);
    }

    private void fill(ActorRef<VaultCommand> vault, int batches) {
        for (int i = 0; i < batches; i++) {
            int batch = i;
            Op[] ops = IntStream.range(0, BATCH)
                    .mapToObj(j -> node.createFolder("folder " + batch + " " + j))
                    .toArray(Op[]::new);
            answered(node.submit(vault, device, ++requestNo, ops));
        }
    }

    private static SubmitReply.Answered answered(TestProbe<SubmitReply> probe) {
        return probe.expectMessageClass(SubmitReply.Answered.class, PATIENCE);
    }
}
