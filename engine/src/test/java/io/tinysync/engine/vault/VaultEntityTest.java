package io.tinysync.engine.vault;

import static io.tinysync.engine.vault.VaultNode.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.VaultId;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** P5 across restarts and two incarnations: what is answered is durable, and only who is at the journal's head answers. */
final class VaultEntityTest {

    private final VaultNode node = new VaultNode();
    private final VaultId vaultId = node.newVault();
    private final DeviceId device = node.newDevice();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void requests_that_come_while_a_commit_is_in_flight_are_committed_together() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        node.table.holdWrites();
        TestProbe<SubmitReply> first = node.submit(vault, device, 1, node.createFolder("first"));
        List<TestProbe<SubmitReply>> later = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            later.add(node.submit(vault, node.newDevice(), 1, node.createFolder("later" + i)));
        }
        first.expectNoMessage();
        node.table.release();

        assertThat(result(first).seq()).isEqualTo(1);
        assertThat(later.stream().map(VaultEntityTest::result).map(OpResult::seq))
                .contains(2L, 11L);
        assertThat(node.table.transactions()).containsExactly(1, 10);
        assertThat(node.commits.stream().map(commit -> commit.before().seq())).containsExactly(0L, 1L);
        assertThat(node.commits.stream().map(commit -> commit.entries().size())).containsExactly(1, 10);
    }

    @Test
    void where_an_entity_is_it_says_whatever_it_is_doing() {
        node.table.holdWrites();
        ActorRef<VaultCommand> vault = node.start(vaultId);
        TestProbe<LocateReply> place = node.probe(LocateReply.class);
        vault.tell(new VaultCommand.Locate(place.getRef()));
        place.expectMessage(PATIENCE, new LocateReply.Located(VaultNode.NODE));

        node.head(vault);
        TestProbe<SubmitReply> inFlight = node.submit(vault, device, 1, node.createFolder("folder"));
        vault.tell(new VaultCommand.Locate(place.getRef()));
        place.expectMessage(PATIENCE, new LocateReply.Located(VaultNode.NODE));
        inFlight.expectNoMessage();
        node.table.release();
    }

    @Test
    void a_stopped_entity_has_those_who_waited_ask_its_next_incarnation_and_no_others() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        node.table.holdWrites();
        TestProbe<SubmitReply> begun = node.submit(vault, device, 1, node.createFolder("begun"));
        Op waiting = node.createFolder("waiting");
        DeviceId other = node.newDevice();
        TestProbe<SubmitReply> waited = node.submit(vault, other, 1, waiting);

        vault.tell(new VaultCommand.Stop());
        TestProbe<SubmitReply> late = node.submit(vault, node.newDevice(), 1, node.createFolder("late"));

        assertThat(List.of(waited, late))
                .allSatisfy(probe -> assertThat(probe.receiveMessage(PATIENCE))
                        .isEqualTo(Unavailable.leaving("the vault is being stopped")));
        node.table.release();
        assertThat(result(begun).seq()).isEqualTo(1);
        begun.expectTerminated(vault, PATIENCE);
        assertThat(result(node.submit(node.start(vaultId), other, 1, waiting)).seq())
                .isEqualTo(2);
    }

    @Test
    void an_accepted_op_is_answered_with_its_seq_after_a_restart() {
        Op op = node.createFolder("folder");
        ActorRef<VaultCommand> vault = node.start(vaultId);
        OpResult before = result(node.submit(vault, device, 1, op));
        node.stop(vault);

        OpResult after = result(node.submit(node.start(vaultId), device, 2, op));

        assertThat(after).isEqualTo(before);
        assertThat(node.table.transactions()).containsExactly(1);
    }

    @Test
    void a_request_number_is_kept_across_a_restart_though_no_op_took_effect() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        OpResult rejected = result(node.submit(vault, device, 7, node.createFileWithoutBlob("file")));
        assertThat(rejected.code()).isEqualTo(RejectionCode.BLOB_MISSING);
        node.stop(vault);

        TestProbe<SubmitReply> again = node.submit(node.start(vaultId), device, 7, node.createFolder("folder"));

        assertThat(again.receiveMessage(PATIENCE)).isEqualTo(new SubmitReply.Rewound(7));
    }

    @Test
    void a_request_number_recorded_without_events_survives_the_next_commit() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        result(node.submit(vault, device, 7, node.createFileWithoutBlob("file")));
        result(node.submit(vault, node.newDevice(), 1, node.createFolder("folder")));

        TestProbe<SubmitReply> again = node.submit(vault, device, 7, node.createFolder("other"));

        assertThat(again.receiveMessage(PATIENCE)).isEqualTo(new SubmitReply.Rewound(7));
    }

    @Test
    void a_stale_incarnation_writes_nothing_and_goes_on_from_the_journal() {
        ActorRef<VaultCommand> stale = node.start(vaultId);
        node.head(stale);
        ActorRef<VaultCommand> other = node.start(vaultId);
        result(node.submit(other, device, 1, node.createFolder("of the other")));

        TestProbe<SubmitReply> refused = node.submit(stale, node.newDevice(), 1, node.createFolder("of the stale"));

        assertThat(refused.receiveMessage(PATIENCE)).isInstanceOf(Unavailable.class);
        assertThat(node.table.transactions()).containsExactly(1);
    }

    @Test
    void a_stale_incarnation_answers_no_rejection_and_stops() {
        ActorRef<VaultCommand> stale = node.start(vaultId);
        node.head(stale);
        ActorRef<VaultCommand> other = node.start(vaultId);
        result(node.submit(other, device, 1, node.createFolder("of the other")));

        TestProbe<SubmitReply> refused = node.submit(stale, node.newDevice(), 1, node.createFileWithoutBlob("file"));

        assertThat(refused.receiveMessage(PATIENCE)).isInstanceOf(Unavailable.class);
        refused.expectTerminated(stale, PATIENCE);
    }

    @Test
    void a_stale_incarnation_answers_no_head_and_no_tree_and_stops() {
        ActorRef<VaultCommand> stale = node.start(vaultId);
        node.head(stale);
        ActorRef<VaultCommand> other = node.start(vaultId);
        result(node.submit(other, device, 1, node.createFolder("of the other")));
        TestProbe<HeadReply> head = node.probe(HeadReply.class);
        TestProbe<TreeReply> tree = node.probe(TreeReply.class);

        node.table.holdReads();
        stale.tell(new VaultCommand.Describe(head.getRef()));
        stale.tell(new VaultCommand.ReadTree(tree.getRef()));
        tree.expectNoMessage();
        node.table.release();

        assertThat(head.receiveMessage(PATIENCE)).isInstanceOf(Unavailable.class);
        assertThat(tree.receiveMessage(PATIENCE)).isInstanceOf(Unavailable.class);
        head.expectTerminated(stale, PATIENCE);
    }

    @Test
    void readers_that_wait_share_one_read_of_the_journal() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        int before = node.table.headReads();
        node.table.holdReads();
        List<TestProbe<HeadReply>> readers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            TestProbe<HeadReply> reader = node.probe(HeadReply.class);
            vault.tell(new VaultCommand.Describe(reader.getRef()));
            readers.add(reader);
        }
        readers.getFirst().expectNoMessage();
        node.table.release();

        readers.forEach(reader -> reader.expectMessageClass(HeadReply.Described.class, PATIENCE));
        assertThat(node.table.headReads() - before).isBetween(1, 2);
    }

    @Test
    void what_does_not_fit_among_those_that_wait_is_refused_at_once() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        node.table.holdWrites();
        node.submit(vault, device, 1, node.createFolder("in flight"));
        TestProbe<HeadReply> reader = node.probe(HeadReply.class);
        for (int i = 0; i < WaitingRoom.MAX_WAITING; i++) {
            vault.tell(new VaultCommand.Describe(reader.getRef()));
        }
        reader.expectNoMessage();

        TestProbe<SubmitReply> refused = node.submit(vault, device, 2, node.createFolder("one too many"));

        assertThat(refused.receiveMessage(PATIENCE)).isInstanceOf(Unavailable.class);
        node.table.release();
        reader.receiveSeveralMessages(WaitingRoom.MAX_WAITING, PATIENCE);
    }

    @Test
    void when_the_journal_fails_requests_are_unavailable_until_it_is_back() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        Op op = node.createFolder("folder");
        node.table.failing(true);
        assertThat(node.submit(vault, device, 1, op).receiveMessage(PATIENCE)).isInstanceOf(Unavailable.class);
        node.table.failing(false);

        long requestNo = 2;
        TestProbe<SubmitReply> probe = node.submit(vault, device, requestNo, op);
        SubmitReply reply = probe.receiveMessage(PATIENCE);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (reply instanceof Unavailable && System.nanoTime() < deadline) {
            reply = node.submit(vault, device, ++requestNo, op).receiveMessage(PATIENCE);
        }

        assertThat(reply).isInstanceOf(SubmitReply.Answered.class);
        assertThat(node.head(vault).cursor().seq()).isEqualTo(1);
    }

    @Test
    void a_cursor_above_the_head_or_on_another_history_is_told_so() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        result(node.submit(vault, device, 1, node.createFolder("folder")));

        TestProbe<SubmitReply> above = node.submit(vault, device, new Cursor(1, 9, Chain.START), 2, op());
        TestProbe<SubmitReply> other = node.submit(vault, device, new Cursor(1, 1, Chain.START), 3, op());

        assertThat(above.receiveMessage(PATIENCE)).isEqualTo(new SubmitReply.Diverged());
        assertThat(other.receiveMessage(PATIENCE)).isEqualTo(new SubmitReply.Diverged());
    }

    @Test
    void a_new_epoch_is_an_entry() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        TestProbe<EpochReply> probe = node.probe(EpochReply.class);
        vault.tell(new VaultCommand.BeginEpoch(probe.getRef()));

        EpochReply.Begun begun = probe.expectMessageClass(EpochReply.Begun.class, PATIENCE);

        assertThat(begun.cursor().epoch()).isEqualTo(2);
        node.stop(vault);
        assertThat(node.head(node.start(vaultId)).cursor()).isEqualTo(begun.cursor());
    }

    @Test
    void a_stop_lets_the_commit_in_flight_finish() {
        ActorRef<VaultCommand> vault = node.start(vaultId);
        node.head(vault);
        node.table.holdWrites();
        TestProbe<SubmitReply> inFlight = node.submit(vault, device, 1, node.createFolder("folder"));
        inFlight.expectNoMessage();
        vault.tell(new VaultCommand.Stop());
        TestProbe<SubmitReply> late = node.submit(vault, device, 2, op());

        assertThat(late.receiveMessage(PATIENCE)).isInstanceOf(Unavailable.class);
        node.table.release();
        assertThat(result(inFlight).seq()).isEqualTo(1);
        inFlight.expectTerminated(vault, PATIENCE);
    }

    private Op op() {
        return node.createFolder("another");
    }

    private static OpResult result(TestProbe<SubmitReply> probe) {
        return probe.expectMessageClass(SubmitReply.Answered.class, PATIENCE)
                .reply()
                .results()
                .getFirst();
    }
}
