package io.tinysync.campaign;

import io.tinysync.campaign.check.Violation.Kind;
import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Scope;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lies of answers to mutations, and of what was sent. */
final class AnswerEdits {

    private AnswerEdits() {}

    static List<Edit> all() {
        return List.of(
                new Edit("an answer tells another seq", Kind.WRONG_SEQ, AnswerEdits::otherSeq),
                new Edit("an op is acknowledged that is not in the log", Kind.ACKNOWLEDGED_AND_LOST, AnswerEdits::lost),
                new Edit("an op is rejected that held", Kind.UNJUSTIFIED_REJECTION, AnswerEdits::rejected),
                new Edit("an op is rejected that has an entry", Kind.LATE_EFFECT, AnswerEdits::rejected),
                new Edit("a rejection has another code", Kind.UNJUSTIFIED_REJECTION, AnswerEdits::otherCode),
                new Edit("a rejection has another item", Kind.UNJUSTIFIED_REJECTION, AnswerEdits::otherItem),
                new Edit(
                        "a rejection is from before what was acknowledged",
                        Kind.UNJUSTIFIED_REJECTION,
                        AnswerEdits::staleRejection),
                new Edit("an acceptance has another item", Kind.WRONG_EFFECT, AnswerEdits::otherEffect),
                new Edit("an op with a stale base is accepted", Kind.UNJUSTIFIED_ACCEPTANCE, AnswerEdits::staleBase),
                new Edit(
                        "an op is accepted without what it requires",
                        Kind.UNJUSTIFIED_ACCEPTANCE,
                        AnswerEdits::requires),
                new Edit(
                        "a repeated op is answered with another seq",
                        Kind.ANSWER_CHANGED,
                        AnswerEdits::repeatedElsewhere),
                new Edit("a repeated op is answered as rejected", Kind.ANSWER_CHANGED, AnswerEdits::repeatedRejected),
                new Edit("the results are in another order", Kind.RESULTS_MISFIT, AnswerEdits::order),
                new Edit("a request on this history is refused", Kind.UNJUSTIFIED_REFUSAL, AnswerEdits::diverged),
                new Edit("a refused request took effect", Kind.LATE_EFFECT, AnswerEdits::refusedTookEffect),
                new Edit(
                        "a request of a new number is refused",
                        Kind.UNJUSTIFIED_REFUSAL,
                        AnswerEdits::refusedTookEffect),
                new Edit("an op takes effect after its device has gone on", Kind.LATE_EFFECT, AnswerEdits::afterGoneOn),
                new Edit("a request of an old number is evaluated", Kind.LATE_EFFECT, AnswerEdits::oldNumber),
                new Edit(
                        "a request of another history is evaluated",
                        Kind.UNJUSTIFIED_ACCEPTANCE,
                        AnswerEdits::otherHistory),
                new Edit(
                        "a content is accepted that nobody sent",
                        Kind.UNJUSTIFIED_ACCEPTANCE,
                        AnswerEdits::unsentContent),
                new Edit("a content that was sent is missing", Kind.UNJUSTIFIED_REJECTION, AnswerEdits::missingContent),
                new Edit("an op is seen before it is sent", Kind.OP_NOT_SENT, AnswerEdits::beforeSent));
    }

    private static void otherSeq(Draft draft) {
        Draft.Answered place = draft.any(acknowledgedOnce(draft));
        draft.result(
                place,
                OpResult.accepted(
                        place.op().opId(), place.seq() + 1, place.result().item()));
    }

    private static void lost(Draft draft) {
        Set<@Nullable OpId> logged = new HashSet<>();
        draft.log().forEach(entry -> logged.add(entry.opId()));
        Draft.Answered place = draft.any(draft.answered(answered ->
                !answered.isAccepted() && !logged.contains(answered.op().opId())));
        draft.result(
                place,
                OpResult.accepted(
                        place.op().opId(), draft.log().size(), place.result().item()));
    }

    private static void rejected(Draft draft) {
        Draft.Answered place =
                draft.any(acknowledgedOnce(draft).filter(answered -> sendings(draft, answered.op()) == 1));
        draft.result(place, rejection(place, RejectionCode.VERSION_CONFLICT));
    }

    private static void otherCode(Draft draft) {
        Draft.Answered place = draft.any(
                draft.answered(answered -> !answered.isAccepted() && !(answered.op() instanceof Op.MoveRename)));
        draft.result(place, rejection(place, RejectionCode.CYCLE));
    }

    private static void otherItem(Draft draft) {
        Draft.Answered place = draft.any(draft.answered(
                answered -> !answered.isAccepted() && answered.result().item() != null));
        Item item = ReadEdits.touched(Objects.requireNonNull(place.result().item()));
        RejectionCode code = Objects.requireNonNull(place.result().code());
        draft.result(place, OpResult.rejected(place.op().opId(), code, "", item));
    }

    /** A device asks for the first time, about an item whose creation was acknowledged, and is told that there is none. */
    private static void staleRejection(Draft draft) {
        Draft.Answered created =
                draft.any(acknowledgedOnce(draft).filter(answered -> answered.op() instanceof Op.CreateFolder));
        Op op = new Op.Delete(new OpId(new UUID(5, 5)), created.op().itemId(), List.of(), Base.at(created.seq()));
        HistoryEvent.Asked before = created.exchange().asked();
        HistoryEvent asked = new HistoryEvent.Asked(
                0,
                2_000_000,
                "newcomer",
                new DeviceId(new UUID(4, 4)),
                before.vault(),
                before.node(),
                new Question.Mutations(new MutationsRequest(Cursor.START, 1, List.of(op))));
        OpResult result = OpResult.rejected(op.opId(), RejectionCode.ITEM_MISSING, "", null);
        HistoryEvent answered =
                new HistoryEvent.Answered(0, 2_000_000, new Answer.Results(new MutationsReply(List.of(result))));
        draft.events().addAll(created.exchange().answeredAt() + 1, List.of(asked, answered));
    }

    private static void otherEffect(Draft draft) {
        Draft.Answered place = draft.any(acknowledgedOnce(draft));
        Item item = ReadEdits.touched(Objects.requireNonNull(place.result().item()));
        draft.result(place, OpResult.accepted(place.op().opId(), place.seq(), item));
    }

    private static void staleBase(Draft draft) {
        Draft.Answered place = draft.any(
                acknowledgedOnce(draft).filter(answered -> !stale(answered.op()).equals(answered.op())));
        draft.resend(place.op().opId(), AnswerEdits::stale);
    }

    /** The same op with a base that no item has. */
    private static Op stale(Op op) {
        return switch (op) {
            case Op.UpdateContent(var id, var item, var requires, var content, int mode, long mtime, Base.AtSeq base) ->
                new Op.UpdateContent(id, item, requires, content, mode, mtime, later(base));
            case Op.MoveRename(var id, var item, var requires, var parent, var name, Base.AtSeq base) ->
                new Op.MoveRename(id, item, requires, parent, name, later(base));
            case Op.SetMetadata(var id, var item, var requires, var mode, var mtime, Base.AtSeq base) ->
                new Op.SetMetadata(id, item, requires, mode, mtime, later(base));
            case Op.Delete(var id, var item, var requires, Base.AtSeq base) ->
                new Op.Delete(id, item, requires, later(base));
            case Op.CreateFile _,
                    Op.CreateFolder _,
                    Op.CreateSymlink _,
                    Op.UpdateContent _,
                    Op.MoveRename _,
                    Op.SetMetadata _,
                    Op.Delete _,
                    Op.DeleteSubtree _,
                    Op.Restore _ -> op;
        };
    }

    private static Base later(Base.AtSeq base) {
        return Base.at(base.seq() + 100_000);
    }

    private static void requires(Draft draft) {
        Draft.Answered place =
                draft.any(acknowledgedOnce(draft).filter(answered -> answered.op() instanceof Op.CreateFolder));
        OpId missing = new OpId(new UUID(6, 6));
        draft.resend(
                place.op().opId(),
                op -> op instanceof Op.CreateFolder(var id, var item, var _, var parent, var name, int mode, long mtime)
                        ? new Op.CreateFolder(id, item, List.of(missing), parent, name, mode, mtime)
                        : op);
    }

    private static void repeatedElsewhere(Draft draft) {
        Draft.Answered place = draft.any(repeated(draft));
        draft.result(
                place,
                OpResult.accepted(
                        place.op().opId(), place.seq() + 1, place.result().item()));
    }

    private static void repeatedRejected(Draft draft) {
        Draft.Answered place = draft.any(repeated(draft));
        draft.result(place, rejection(place, RejectionCode.NAME_TAKEN));
    }

    private static void order(Draft draft) {
        Draft.Exchange place = draft.any(draft.exchanges().stream()
                .filter(exchange -> exchange.answer() instanceof Answer.Results(var reply)
                        && new HashSet<>(reply.results()).size() > 1));
        List<OpResult> results =
                new ArrayList<>(((Answer.Results) place.answer()).body().results());
        results.addLast(results.removeFirst());
        draft.answer(place, new Answer.Results(new MutationsReply(results)));
    }

    private static void diverged(Draft draft) {
        Draft.Exchange place = draft.any(draft.answered(answered -> true).map(Draft.Answered::exchange));
        draft.answer(place, refused(ProblemCode.LOG_DIVERGED));
    }

    private static void refusedTookEffect(Draft draft) {
        Draft.Exchange place = draft.any(acknowledgedOnce(draft)
                .filter(answered -> sendings(draft, answered.op()) == 1)
                .map(Draft.Answered::exchange));
        draft.answer(place, refused(ProblemCode.DEVICE_REWOUND));
    }

    /** An op that was rejected is another one, which would hold: it was never answered, and has an entry at the end of the log. */
    private static void afterGoneOn(Draft draft) {
        Set<@Nullable OpId> logged = new HashSet<>();
        draft.log().forEach(entry -> logged.add(entry.opId()));
        Draft.Answered place = draft.any(draft.answered(answered -> !answered.isAccepted()
                && !logged.contains(answered.op().opId())
                && sendings(draft, answered.op()) == 1
                && goesOnAfter(draft, answered.exchange())));
        draft.answer(place.exchange(), new Answer.Lost("no answer in time"));
        Op.CreateFolder late = new Op.CreateFolder(
                place.op().opId(), new ItemId(new UUID(3, 3)), List.of(), ItemId.ROOT, "late", 0755, 0);
        draft.resend(late.opId(), op -> late);
        List<Entry> log = draft.log();
        long seq = log.getLast().seq() + 1;
        Item item =
                new Item(late.itemId(), ItemId.ROOT, "late", ItemKind.FOLDER, null, null, 0755, 0, seq, seq, seq, null);
        Entry last = log.getLast();
        log.add(new Entry(
                seq,
                last.chain(),
                last.epoch(),
                late.opId(),
                place.exchange().asked().device(),
                last.at(),
                EntryKind.CREATE_FOLDER,
                Scope.ITEM,
                item));
        draft.replaceLogInStyle(log);
    }

    /** Whether a later request of the same device is answered. */
    private static boolean goesOnAfter(Draft draft, Draft.Exchange exchange) {
        return draft.answered(later -> later.exchange().askedAt() > exchange.answeredAt()
                        && later.exchange()
                                .asked()
                                .device()
                                .equals(exchange.asked().device()))
                .findAny()
                .isPresent();
    }

    /** A request that the same device sent before, and that came to nothing, is evaluated after all. */
    private static void oldNumber(Draft draft) {
        List<Draft.Exchange> all = draft.answered(answered -> true)
                .map(Draft.Answered::exchange)
                .distinct()
                .toList();
        Set<DeviceId> before = new HashSet<>();
        Draft.Exchange place = draft.any(
                all.stream().filter(exchange -> !before.add(exchange.asked().device())));
        draft.ask(place, request -> new MutationsRequest(request.cursor(), 0, request.ops()));
    }

    private static void otherHistory(Draft draft) {
        Draft.Exchange place = draft.any(draft.answered(answered -> true).map(Draft.Answered::exchange));
        draft.ask(
                place,
                request -> new MutationsRequest(new Cursor(1, 1, new Chain(1, 1)), request.requestNo(), request.ops()));
    }

    private static void unsentContent(Draft draft) {
        Content unsent = new Content(Sha256.hash(new byte[] {1}), 1);
        Op.CreateFile op = draft.any(acknowledgedOnce(draft)
                .map(Draft.Answered::op)
                .filter(Op.CreateFile.class::isInstance)
                .map(Op.CreateFile.class::cast));
        draft.resend(op.opId(), sent -> withContent(op, unsent));
        List<Entry> log = draft.log();
        log.replaceAll(entry -> op.opId().equals(entry.opId()) ? withContent(entry, unsent) : entry);
        draft.replaceLogInStyle(log);
    }

    private static Op withContent(Op.CreateFile op, Content content) {
        return new Op.CreateFile(
                op.opId(), op.itemId(), op.requires(), op.parentItemId(), op.name(), content, op.mode(), op.mtimeNs());
    }

    private static Entry withContent(Entry entry, Content content) {
        Item item = Objects.requireNonNull(entry.item());
        return LogEdits.withItem(entry, item.withContent(content, item.mode(), item.mtimeNs(), entry.seq()));
    }

    private static void missingContent(Draft draft) {
        Draft.Answered place =
                draft.any(acknowledgedOnce(draft).filter(answered -> answered.op() instanceof Op.CreateFile));
        draft.result(place, OpResult.rejected(place.op().opId(), RejectionCode.BLOB_MISSING, "", null));
    }

    private static long sendings(Draft draft, Op op) {
        return draft.events().stream()
                .filter(event -> event instanceof HistoryEvent.Asked asked
                        && asked.question() instanceof Question.Mutations(var request)
                        && request.ops().stream().anyMatch(sent -> sent.opId().equals(op.opId())))
                .count();
    }

    private static void beforeSent(Draft draft) {
        Draft.Exchange place = draft.any(acknowledgedOnce(draft)
                .filter(answered -> sendings(draft, answered.op()) == 1)
                .filter(answered -> answered.seq() < draft.log().size() / 2)
                .map(Draft.Answered::exchange));
        HistoryEvent answered = draft.events().remove(place.answeredAt());
        HistoryEvent asked = draft.events().remove(place.askedAt());
        int end = 0;
        while (!(draft.events().get(end) instanceof HistoryEvent.FinalLog)) {
            end++;
        }
        draft.events().addAll(end, List.of(asked, answered));
    }

    private static Answer refused(ProblemCode code) {
        return new Answer.Refused(new Problem("about:blank", code.toString(), 409, code, null, 1L));
    }

    private static OpResult rejection(Draft.Answered place, RejectionCode code) {
        return OpResult.rejected(place.op().opId(), code, "", place.result().item());
    }

    private static Stream<Draft.Answered> acknowledgedOnce(Draft draft) {
        Map<OpId, Integer> counts = draft.acknowledgements();
        return draft.answered(answered ->
                answered.isAccepted() && counts.getOrDefault(answered.op().opId(), 0) == 1);
    }

    /** Acknowledgements of ops that an earlier answer had acknowledged. */
    private static Stream<Draft.Answered> repeated(Draft draft) {
        Map<OpId, Integer> first = new HashMap<>();
        return draft.answered(Draft.Answered::isAccepted).toList().stream().filter(answered -> {
            int answeredAt = answered.exchange().answeredAt();
            Integer before = first.putIfAbsent(answered.op().opId(), answeredAt);
            return before != null && before < answeredAt;
        });
    }
}
