package io.tinysync.engine.vault.core;

import static io.tinysync.engine.protocol.RejectionCode.DEPENDENCY_REJECTED;
import static io.tinysync.engine.protocol.RejectionCode.NAME_TAKEN;
import static io.tinysync.engine.protocol.RejectionCode.OP_ID_REUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.OpResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** P4 and P5: the order is the server's, and a mutation takes effect once, however often it is sent. */
final class VaultCoreTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901Z");

    private final VaultCore core = new VaultCore(Limits.DEFAULT);
    private final DeviceId device = new DeviceId(new UUID(1, 1));
    private final List<VaultEvent.EntryCommitted> log = new ArrayList<>();
    private VaultState state = VaultState.empty(NamePolicy.PORTABLE);
    private long requestNo;
    private long ids;

    @Test
    void an_accepted_op_becomes_an_entry_whose_chain_a_device_finds_too() throws Json.MalformedException {
        Op.CreateFolder op = folder("été 😀");
        submit(op);
        submit(folder("second"));

        Entry entry = log.getFirst().entry();
        assertThat(entry.at()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(entry.opId()).isEqualTo(op.opId());
        assertThat(entry.deviceId()).isEqualTo(device);
        byte[] page = Json.write(new LogPage(
                1, 2, 1, log.stream().map(VaultEvent.EntryCommitted::entry).toList()));
        assertThat(Json.readLogPage(page, Cursor.START).entries()).hasSize(2);
        assertThat(state.cursor()).isEqualTo(log.getLast().entry().cursor());
    }

    @Test
    void ops_of_a_batch_are_evaluated_each_on_the_tree_that_the_one_before_left() {
        Op.CreateFolder first = folder("a");
        Op.CreateFolder clash = folder("A");
        Op.CreateFolder inside = new Op.CreateFolder(op(), item(), List.of(), first.itemId(), "b", 0755, 0);

        List<OpResult> results = submit(first, clash, inside);

        assertThat(results).extracting(OpResult::seq).containsExactly(1L, null, 2L);
        assertThat(results.get(1).code()).isEqualTo(NAME_TAKEN);
        assertThat(results.get(1).item()).isEqualTo(results.getFirst().item());
    }

    @Test
    void a_repeated_op_takes_effect_once_and_is_answered_as_before() {
        Op.CreateFolder op = folder("a");
        OpResult first = submit(op).getFirst();
        submit(move(op.itemId(), "b", Base.at(1)));

        assertThat(submit(op)).containsExactly(first);
        assertThat(submit(op, op)).containsExactly(first, first);
        assertThat(log).hasSize(2);
    }

    @Test
    void an_op_id_with_another_body_is_refused() {
        Op.CreateFolder op = folder("a");
        submit(op);
        Op other = new Op.CreateFolder(op.opId(), op.itemId(), List.of(), ItemId.ROOT, "b", 0755, 0);

        OpResult result = submit(other).getFirst();

        assertThat(result.code()).isEqualTo(OP_ID_REUSED);
        assertThat(result.item()).isEqualTo(state.tree().live(op.itemId()).orElseThrow());
    }

    @Test
    void a_rejected_op_is_evaluated_anew_when_it_is_repeated() {
        Op.CreateFolder holder = folder("a");
        submit(holder);
        Op.CreateFolder op = folder("a");
        assertThat(submit(op).getFirst().code()).isEqualTo(NAME_TAKEN);
        submit(move(holder.itemId(), "b", Base.at(1)));

        assertThat(submit(op).getFirst().seq()).isEqualTo(3);
    }

    /** mv F/doc G/; rm -r F must not lose doc when the move is refused. */
    @Test
    void an_op_whose_requirement_was_refused_is_not_evaluated() {
        Op.CreateFolder f = folder("F");
        Op.CreateFolder doc = new Op.CreateFolder(op(), item(), List.of(), f.itemId(), "doc", 0755, 0);
        submit(f, doc);
        Op.MoveRename refused = new Op.MoveRename(op(), doc.itemId(), List.of(), item(), "doc", Base.at(2));
        Op.DeleteSubtree delete = new Op.DeleteSubtree(op(), f.itemId(), List.of(refused.opId()), Base.at(2), 0);

        List<OpResult> results = submit(refused, delete);

        assertThat(results.get(1).code()).isEqualTo(DEPENDENCY_REJECTED);
        assertThat(state.tree().live(doc.itemId())).isPresent();
    }

    @Test
    void a_base_may_name_an_op_of_the_same_batch() {
        Op.CreateFolder op = folder("a");
        Op.MoveRename rename = move(op.itemId(), "b", Base.after(op.opId()));
        Op.MoveRename again = move(op.itemId(), "c", Base.after(rename.opId()));

        assertThat(submit(op, rename, again)).extracting(OpResult::seq).containsExactly(1L, 2L, 3L);
        assertThat(submit(move(op.itemId(), "d", Base.after(op()))).getFirst().code())
                .isEqualTo(DEPENDENCY_REJECTED);
    }

    @Test
    void a_request_number_that_is_not_higher_is_refused_even_if_nothing_took_effect() {
        submit(folder("a"));
        submit(folder("a"));

        assertThat(decide(Cursor.START, 2, folder("b"))).isEqualTo(new VaultOutcome.Rewound(2));
        assertThat(decide(Cursor.START, 1, folder("b"))).isEqualTo(new VaultOutcome.Rewound(2));
        assertThat(state.apply(nextEvent()).requestNo(device)).contains(7L);
    }

    @Test
    void a_cursor_of_another_history_or_above_the_head_is_diverged_and_nothing_is_evaluated() {
        submit(folder("a"), folder("b"));
        Cursor first = log.getFirst().entry().cursor();

        assertThat(decide(first, 9, folder("c"))).isInstanceOf(VaultOutcome.Answered.class);
        assertThat(decide(new Cursor(1, 1, new Chain(1, 1)), 9, folder("c"))).isEqualTo(new VaultOutcome.Diverged());
        assertThat(decide(new Cursor(1, 0, new Chain(1, 1)), 9, folder("c"))).isEqualTo(new VaultOutcome.Diverged());
        assertThat(decide(new Cursor(1, 3, first.chain()), 9, folder("c"))).isEqualTo(new VaultOutcome.Diverged());
    }

    @Test
    void a_cursor_older_than_the_memory_needs_the_journals_chain() {
        for (int i = 0; i <= RecentEntries.LIMIT; i++) {
            submit(folder("f" + i));
        }
        Cursor old = log.getFirst().entry().cursor();
        Submission submission =
                new Submission(device, new MutationsRequest(old, ++requestNo, List.of(folder("x"))), Map.of());

        assertThat(core.decide(state, submission, NOW)).isEqualTo(new VaultOutcome.ChainNeeded(1));
        assertThat(core.decide(state, submission.withChainAtCursor(old.chain()), NOW))
                .isInstanceOf(VaultOutcome.Answered.class);
        assertThat(core.decide(state, submission.withChainAtCursor(new Chain(1, 1)), NOW))
                .isEqualTo(new VaultOutcome.Diverged());
        assertThat(decide(log.get(1).entry().cursor(), ++requestNo, folder("y")))
                .isInstanceOf(VaultOutcome.Answered.class);
    }

    /** A request names one op that is remembered when the others are looked up, and forgotten when they have been found. */
    @Test
    void an_op_that_leaves_memory_while_others_are_looked_up_takes_effect_once() {
        List<Op.CreateFolder> ops = new ArrayList<>();
        while (ops.size() < 2 * VaultState.OPS_KEPT) {
            Op.CreateFolder op = folder("folder " + ops.size());
            ops.add(op);
            submit(op);
        }
        Op repeated = ops.get(6_999);
        Submission submission = new Submission(
                device, new MutationsRequest(Cursor.START, ++requestNo, List.of(repeated, folder("new"))), Map.of());

        VaultOutcome lookUp = core.decide(state.forgettingOps(5_000), submission, NOW);
        Submission found = submission.withKnownOps(index(((VaultOutcome.OpsNeeded) lookUp).ops()));
        VaultOutcome.Answered answered =
                (VaultOutcome.Answered) core.decide(state.forgettingOps(log.size()), found, NOW);

        assertThat(answered.reply().results()).extracting(OpResult::seq).containsExactly(7_000L, log.size() + 1L);
        assertThat(answered.events()).hasSize(1);
    }

    /** What the log index says when it has all entries. */
    private KnownOps index(Set<OpId> asked) {
        Map<OpId, AcceptedOp> known = new HashMap<>();
        for (VaultEvent.EntryCommitted event : log) {
            OpId opId = Objects.requireNonNull(event.entry().opId());
            if (asked.contains(opId)) {
                VaultEvent.Origin origin = Objects.requireNonNull(event.origin());
                known.put(opId, new AcceptedOp(event.entry().seq(), origin.opHash()));
            }
        }
        return new KnownOps(log.size(), known);
    }

    @Test
    void the_events_alone_make_the_state() {
        Op.CreateFolder op = folder("a");
        submit(op, folder("b"));
        submit(move(op.itemId(), "c", Base.at(1)));
        VaultEvent.EntryCommitted epoch = core.beginEpoch(state, NOW);
        state = state.apply(epoch);
        log.add(epoch);

        VaultState replayed = VaultState.empty(NamePolicy.PORTABLE);
        for (VaultEvent.EntryCommitted event : log) {
            replayed = replayed.apply(event);
        }
        assertThat(replayed.tree()).isEqualTo(state.tree());
        assertThat(replayed.cursor()).isEqualTo(state.cursor());
        assertThat(replayed.cursor().epoch()).isEqualTo(2);
        assertThat(replayed.requestNo(device)).contains(2L);
        assertThat(replayed.accepted(op.opId())).isEqualTo(state.accepted(op.opId()));
    }

    @Test
    void an_event_that_is_not_the_next_is_not_applied() {
        submit(folder("a"));

        assertThatThrownBy(() -> state.apply(log.getFirst())).isInstanceOf(IllegalStateException.class);
    }

    /** An event of request 7 that could come next. */
    private VaultEvent.EntryCommitted nextEvent() {
        VaultOutcome.Answered answered = (VaultOutcome.Answered) decide(state.cursor(), 7, folder("next"));
        return answered.events().getFirst();
    }

    private List<OpResult> submit(Op... ops) {
        VaultOutcome.Answered answered = (VaultOutcome.Answered) decide(Cursor.START, ++requestNo, ops);
        state = answered.next();
        log.addAll(answered.events());
        return answered.reply().results();
    }

    private VaultOutcome decide(Cursor cursor, long number, Op... ops) {
        MutationsRequest request = new MutationsRequest(cursor, number, List.of(ops));
        return core.decide(state, new Submission(device, request, Map.of()), NOW);
    }

    private Op.CreateFolder folder(String name) {
        return new Op.CreateFolder(op(), item(), List.of(), ItemId.ROOT, name, 0755, 0);
    }

    private Op.MoveRename move(ItemId id, String name, Base base) {
        return new Op.MoveRename(op(), id, List.of(), ItemId.ROOT, name, base);
    }

    private OpId op() {
        return new OpId(new UUID(2, ++ids));
    }

    private ItemId item() {
        return new ItemId(new UUID(3, ++ids));
    }
}
