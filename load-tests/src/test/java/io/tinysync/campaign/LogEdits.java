package io.tinysync.campaign;

import io.tinysync.campaign.check.Violation.Kind;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Scope;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

/** Lies of the final log. */
final class LogEdits {

    private LogEdits() {}

    static List<Edit> all() {
        return List.of(
                new Edit("an entry is missing", Kind.SEQ_GAP, LogEdits::drop),
                new Edit("the first entry is missing", Kind.SEQ_GAP, LogEdits::dropFirst),
                new Edit("the last entry is missing", Kind.SEQ_GAP, LogEdits::dropLast),
                new Edit("the log has lost its end", Kind.ACKNOWLEDGED_AND_LOST, LogEdits::cut),
                new Edit("an entry is there twice", Kind.SEQ_REPEATED, LogEdits::repeat),
                new Edit("two entries have changed places", Kind.SEQ_REPEATED, LogEdits::swap),
                new Edit("a chain has another digit", Kind.CHAIN_BROKEN, LogEdits::chain),
                new Edit("an entry has another item than its chain", Kind.CHAIN_BROKEN, LogEdits::item),
                new Edit("the log forks from what a device read", Kind.PAGE_DIFFERS, LogEdits::fork),
                new Edit("an op took effect twice", Kind.OP_TWICE, LogEdits::opTwice),
                new Edit("an op that nobody sent", Kind.OP_NOT_SENT, LogEdits::unsent),
                new Edit("an op of another device", Kind.WRONG_DEVICE, LogEdits::device),
                new Edit("an op with another effect", Kind.WRONG_EFFECT, LogEdits::effect),
                new Edit("an op on an item that is not there", Kind.ENTRY_MISFITS, LogEdits::misfit),
                new Edit("an epoch that nothing began", Kind.EPOCH, LogEdits::epoch),
                new Edit("a purge of what was not deleted", Kind.WRONG_EFFECT, LogEdits::purge),
                new Edit("a rejected op that was carried out", Kind.UNJUSTIFIED_ACCEPTANCE, LogEdits::carriedOut));
    }

    private static void drop(Draft draft) {
        List<Entry> log = draft.log();
        log.remove(place(draft, log));
        draft.replaceLog(log, log.getLast().seq());
    }

    private static void dropFirst(Draft draft) {
        List<Entry> log = draft.log();
        draft.replaceLog(log.subList(1, log.size()), log.getLast().seq());
    }

    private static void dropLast(Draft draft) {
        List<Entry> log = draft.log();
        Entry last = log.removeLast();
        draft.replaceLog(log, last.seq());
    }

    private static void cut(Draft draft) {
        List<Entry> log = draft.log();
        long acknowledged =
                draft.any(draft.answered(Draft.Answered::isAccepted)).seq();
        draft.replaceLog(log.subList(0, (int) acknowledged - 1), acknowledged - 1);
    }

    private static void repeat(Draft draft) {
        List<Entry> log = draft.log();
        int place = place(draft, log);
        log.add(place, log.get(place));
        draft.replaceLog(log, log.getLast().seq());
    }

    private static void swap(Draft draft) {
        List<Entry> log = draft.log();
        int place = place(draft, log);
        Collections.swap(log, place, place + 1);
        draft.replaceLog(log, log.getLast().seq());
    }

    private static void chain(Draft draft) {
        List<Entry> log = draft.log();
        int place = place(draft, log);
        Chain chain = log.get(place).chain();
        log.set(place, log.get(place).withChain(new Chain(chain.a() ^ 1, chain.b())));
        draft.replaceLog(log, log.getLast().seq());
    }

    private static void item(Draft draft) {
        List<Entry> log = draft.log();
        int place = placeOfItem(draft, log);
        log.set(place, withItem(log.get(place), touched(log.get(place))));
        draft.replaceLog(log, log.getLast().seq());
    }

    private static void fork(Draft draft) {
        List<Entry> log = draft.log();
        int place = place(draft, log);
        Entry e = log.get(place);
        log.set(
                place,
                new Entry(
                        e.seq(),
                        e.chain(),
                        e.epoch(),
                        e.opId(),
                        e.deviceId(),
                        "2001-01-01T00:00:00Z",
                        e.kind(),
                        e.scope(),
                        e.item()));
        draft.replaceLogInStyle(log);
    }

    private static void opTwice(Draft draft) {
        List<Entry> log = draft.log();
        Entry e = log.get(placeOfOp(draft, log));
        Entry last = log.getLast();
        log.add(new Entry(
                last.seq() + 1,
                e.chain(),
                last.epoch(),
                e.opId(),
                e.deviceId(),
                e.at(),
                e.kind(),
                e.scope(),
                e.item()));
        draft.replaceLogInStyle(log);
    }

    private static void unsent(Draft draft) {
        List<Entry> log = draft.log();
        Entry last = log.getLast();
        long seq = last.seq() + 1;
        Item item = new Item(
                new ItemId(new UUID(9, 9)),
                ItemId.ROOT,
                "nobody's",
                ItemKind.FOLDER,
                null,
                null,
                0755,
                0,
                seq,
                seq,
                seq,
                null);
        log.add(new Entry(
                seq,
                last.chain(),
                last.epoch(),
                new OpId(new UUID(8, 8)),
                new DeviceId(new UUID(7, 7)),
                last.at(),
                EntryKind.CREATE_FOLDER,
                Scope.ITEM,
                item));
        draft.replaceLogInStyle(log);
    }

    private static void device(Draft draft) {
        List<Entry> log = draft.log();
        int place = placeOfOp(draft, log);
        Entry e = log.get(place);
        log.set(
                place,
                new Entry(
                        e.seq(),
                        e.chain(),
                        e.epoch(),
                        e.opId(),
                        new DeviceId(new UUID(7, 7)),
                        e.at(),
                        e.kind(),
                        e.scope(),
                        e.item()));
        draft.replaceLogInStyle(log);
    }

    private static void effect(Draft draft) {
        List<Entry> log = draft.log();
        int place = placeOfOp(draft, log);
        log.set(place, withItem(log.get(place), touched(log.get(place))));
        draft.replaceLogInStyle(log);
    }

    private static void misfit(Draft draft) {
        List<Entry> log = draft.log();
        int place = draft.any(
                IntStream.range(1, log.size()).boxed().filter(i -> log.get(i).kind() == EntryKind.SET_METADATA));
        Item item = Objects.requireNonNull(log.get(place).item());
        Item missing = new Item(
                new ItemId(new UUID(2, 2)),
                item.parentItemId(),
                item.name(),
                item.kind(),
                item.content(),
                item.target(),
                item.mode(),
                item.mtimeNs(),
                item.version(),
                item.contentVersion(),
                item.placementVersion(),
                item.deletedAtSeq());
        log.set(place, withItem(log.get(place), missing));
        draft.replaceLogInStyle(log);
    }

    private static void epoch(Draft draft) {
        List<Entry> log = draft.log();
        for (int place = place(draft, log); place < log.size(); place++) {
            Entry e = log.get(place);
            log.set(
                    place,
                    new Entry(
                            e.seq(),
                            e.chain(),
                            e.epoch() + 1,
                            e.opId(),
                            e.deviceId(),
                            e.at(),
                            e.kind(),
                            e.scope(),
                            e.item()));
        }
        draft.replaceLogInStyle(log);
    }

    private static void purge(Draft draft) {
        List<Entry> log = draft.log();
        Entry last = log.getLast();
        Item item = touched(log.get(placeOfItem(draft, log))).deletedAt(last.seq());
        log.add(new Entry(
                last.seq() + 1, last.chain(), last.epoch(), null, null, last.at(), EntryKind.PURGE, Scope.ITEM, item));
        draft.replaceLogInStyle(log);
    }

    /** An op that can never hold, because of its name, has an entry at the end of the log. */
    private static void carriedOut(Draft draft) {
        List<Entry> log = draft.log();
        Entry last = log.getLast();
        Draft.Answered rejected =
                draft.any(draft.answered(answered -> answered.result().code() == RejectionCode.INVALID_NAME));
        Item item = Objects.requireNonNull(log.get(placeOfItem(draft, log)).item());
        log.add(new Entry(
                last.seq() + 1,
                last.chain(),
                last.epoch(),
                rejected.op().opId(),
                rejected.exchange().asked().device(),
                last.at(),
                EntryKind.MOVE_RENAME,
                Scope.ITEM,
                item.placedAt(ItemId.ROOT, "x/y", last.seq() + 1)));
        draft.replaceLogInStyle(log);
    }

    static Entry withItem(Entry e, Item item) {
        return new Entry(e.seq(), e.chain(), e.epoch(), e.opId(), e.deviceId(), e.at(), e.kind(), e.scope(), item);
    }

    private static Item touched(Entry entry) {
        return ReadEdits.touched(Objects.requireNonNull(entry.item()));
    }

    /** Neither the first nor the last. */
    private static int place(Draft draft, List<Entry> log) {
        return draft.any(IntStream.range(1, log.size() - 1).boxed());
    }

    private static int placeOfItem(Draft draft, List<Entry> log) {
        return draft.any(IntStream.range(1, log.size() - 1)
                .boxed()
                .filter(i -> log.get(i).item() != null));
    }

    private static int placeOfOp(Draft draft, List<Entry> log) {
        return draft.any(IntStream.range(1, log.size() - 1)
                .boxed()
                .filter(i -> log.get(i).opId() != null));
    }
}
