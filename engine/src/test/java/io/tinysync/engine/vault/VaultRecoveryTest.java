package io.tinysync.engine.vault;

import static io.tinysync.engine.vault.VaultNode.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.VaultId;
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
