package io.tinysync.campaign;

import io.tinysync.campaign.check.Violation.Kind;
import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.SnapshotTrailer;
import io.tinysync.engine.protocol.VaultStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lies of pages, heads, snapshots and devices' trees. */
final class ReadEdits {

    private ReadEdits() {}

    static List<Edit> all() {
        return List.of(
                new Edit("a page begins with an entry given before", Kind.PAGE_BACKWARDS, ReadEdits::backwards),
                new Edit("a device is given a page again", Kind.PAGE_BACKWARDS, ReadEdits::again),
                new Edit("a page lacks an entry", Kind.PAGE_DIFFERS, ReadEdits::pageGap),
                new Edit("a page has another item", Kind.PAGE_DIFFERS, ReadEdits::pageItem),
                new Edit("a page is empty though there is more", Kind.STALE_READ, ReadEdits::emptyPage),
                new Edit("a page is given for another history", Kind.PAGE_DIFFERS, ReadEdits::otherHistory),
                new Edit("a page of another epoch", Kind.EPOCH, ReadEdits::pageEpoch),
                new Edit(
                        "a page is refused as of another history",
                        Kind.UNJUSTIFIED_REFUSAL,
                        draft -> refuse(draft, ProblemCode.LOG_DIVERGED)),
                new Edit(
                        "a page is refused as no longer kept",
                        Kind.UNJUSTIFIED_REFUSAL,
                        draft -> refuse(draft, ProblemCode.LOG_TRUNCATED)),
                new Edit("a head goes back", Kind.STALE_READ, ReadEdits::staleHead),
                new Edit(
                        "a head is beyond the log",
                        Kind.ACKNOWLEDGED_AND_LOST,
                        draft -> status(draft, 1, head -> with(head, head.headSeq() + 10_000, head.items()))),
                new Edit(
                        "a head counts too many items",
                        Kind.HEAD_DIFFERS,
                        draft -> status(draft, 1, head -> with(head, head.headSeq(), head.items() + 1))),
                new Edit("a snapshot is of long ago", Kind.STALE_READ, ReadEdits::staleSnapshot),
                new Edit(
                        "a snapshot lacks an item",
                        Kind.SNAPSHOT_DIFFERS,
                        draft -> snapshot(draft, items -> items.subList(0, items.size() - 1))),
                new Edit(
                        "a snapshot has another item",
                        Kind.SNAPSHOT_DIFFERS,
                        draft -> snapshot(draft, items -> {
                            items.addLast(touched(items.removeLast()));
                            return items;
                        })),
                new Edit(
                        "a device lacks an item",
                        Kind.TREE_DIFFERS,
                        draft -> tree(
                                draft,
                                tree -> new HistoryEvent.FinalTree(
                                        tree.vault(),
                                        tree.device(),
                                        tree.cursor(),
                                        tree.items().subList(1, tree.items().size())))),
                new Edit(
                        "a device has another item",
                        Kind.TREE_DIFFERS,
                        draft -> tree(draft, tree -> {
                            List<Item> items = new ArrayList<>(tree.items());
                            items.add(touched(items.removeFirst()));
                            return new HistoryEvent.FinalTree(tree.vault(), tree.device(), tree.cursor(), items);
                        })),
                new Edit(
                        "a device has not come to the end",
                        Kind.TREE_DIFFERS,
                        draft -> tree(
                                draft,
                                tree -> new HistoryEvent.FinalTree(
                                        tree.vault(), tree.device(), Cursor.START, List.of()))));
    }

    /** The same item, a nanosecond later. */
    static Item touched(Item item) {
        return new Item(
                item.itemId(),
                item.parentItemId(),
                item.name(),
                item.kind(),
                item.content(),
                item.target(),
                item.mode(),
                item.mtimeNs() + 1,
                item.version(),
                item.contentVersion(),
                item.placementVersion(),
                item.deletedAtSeq());
    }

    /** A page of at least so many entries, and where it was read from. */
    private record PageRead(Draft.Exchange exchange, Cursor after, LogPage page) {}

    private static Stream<PageRead> pages(Draft draft, int leastEntries) {
        List<PageRead> pages = new ArrayList<>();
        for (Draft.Exchange exchange : draft.exchanges()) {
            if (exchange.answer() instanceof Answer.Page(var page)
                    && exchange.asked().question() instanceof Question.ReadLog(var after, int _)
                    && page.entries().size() >= leastEntries) {
                pages.add(new PageRead(exchange, after, page));
            }
        }
        return pages.stream();
    }

    private static void replace(Draft draft, PageRead read, List<Entry> entries) {
        LogPage page = read.page();
        draft.answer(
                read.exchange(),
                new Answer.Page(new LogPage(page.epoch(), page.headSeq(), page.minRetainedSeq(), entries)));
    }

    private static void backwards(Draft draft) {
        PageRead read = draft.any(pages(draft, 1).filter(page -> page.after().seq() > 0));
        List<Entry> entries = new ArrayList<>(read.page().entries());
        entries.addFirst(draft.log().get((int) read.after().seq() - 1));
        replace(draft, read, entries);
    }

    private static void again(Draft draft) {
        PageRead read = draft.any(pages(draft, 1));
        HistoryEvent.Asked asked = read.exchange().asked();
        HistoryEvent again = new HistoryEvent.Asked(
                0, 1_000_000, asked.client(), asked.device(), asked.vault(), asked.node(), asked.question());
        draft.events()
                .addAll(
                        read.exchange().answeredAt() + 1,
                        List.of(again, new HistoryEvent.Answered(0, 1_000_000, new Answer.Page(read.page()))));
    }

    private static void pageGap(Draft draft) {
        PageRead read = draft.any(pages(draft, 3));
        List<Entry> entries = new ArrayList<>(read.page().entries());
        entries.remove(1);
        replace(draft, read, entries);
    }

    private static void pageItem(Draft draft) {
        PageRead read = draft.any(
                pages(draft, 1).filter(page -> page.page().entries().getFirst().item() != null));
        List<Entry> entries = new ArrayList<>(read.page().entries());
        Entry e = entries.removeFirst();
        Item item = touched(Objects.requireNonNull(e.item()));
        entries.addFirst(
                new Entry(e.seq(), e.chain(), e.epoch(), e.opId(), e.deviceId(), e.at(), e.kind(), e.scope(), item));
        replace(draft, read, entries);
    }

    private static void emptyPage(Draft draft) {
        PageRead read = draft.any(pages(draft, 1)
                .filter(page ->
                        page.after().seq() < draft.seenBefore(page.exchange().askedAt())));
        replace(draft, read, List.of());
    }

    private static void otherHistory(Draft draft) {
        PageRead read = draft.any(pages(draft, 1).filter(page -> page.after().seq() > 0));
        Cursor other = new Cursor(1, read.after().seq(), new Chain(1, 1));
        draft.ask(read.exchange(), new Question.ReadLog(other, 1000));
    }

    private static void pageEpoch(Draft draft) {
        PageRead read = draft.any(pages(draft, 1));
        LogPage page = read.page();
        draft.answer(
                read.exchange(),
                new Answer.Page(new LogPage(page.epoch() + 1, page.headSeq(), page.minRetainedSeq(), page.entries())));
    }

    private static void refuse(Draft draft, ProblemCode code) {
        PageRead read = draft.any(pages(draft, 1));
        draft.answer(
                read.exchange(),
                new Answer.Refused(new Problem("about:blank", code.toString(), 409, code, null, null)));
    }

    private static void staleHead(Draft draft) {
        status(
                draft,
                1,
                head -> new VaultStatus(head.vaultId(), head.name(), head.namePolicy(), 1, 0, 1, 0, 0, head.limits()));
    }

    /** Changes a head that was read after something had been seen. */
    private static void status(Draft draft, long leastSeen, UnaryOperator<VaultStatus> change) {
        Draft.Exchange place = draft.any(draft.exchanges().stream()
                .filter(exchange -> exchange.answer() instanceof Answer.Status
                        && draft.seenBefore(exchange.askedAt()) >= leastSeen));
        draft.answer(place, new Answer.Status(change.apply(((Answer.Status) place.answer()).body())));
    }

    private static VaultStatus with(VaultStatus head, long headSeq, long items) {
        return new VaultStatus(
                head.vaultId(),
                head.name(),
                head.namePolicy(),
                head.epoch(),
                headSeq,
                head.minRetainedSeq(),
                items,
                head.bytes(),
                head.limits());
    }

    private static void staleSnapshot(Draft draft) {
        List<Draft.Exchange> snapshots = draft.exchanges().stream()
                .filter(exchange -> exchange.answer() instanceof Answer.Snapshot)
                .toList();
        Draft.Exchange early = snapshots.getFirst();
        long seq = ((Answer.Snapshot) early.answer()).header().seq();
        Draft.Exchange late =
                draft.any(snapshots.stream().filter(exchange -> draft.seenBefore(exchange.askedAt()) > seq));
        draft.answer(late, early.answer());
    }

    private static void snapshot(Draft draft, UnaryOperator<List<Item>> change) {
        Draft.Exchange place = draft.any(draft.exchanges().stream()
                .filter(exchange -> exchange.answer() instanceof Answer.Snapshot snapshot
                        && snapshot.items().stream()
                                .anyMatch(item -> !item.parentItemId().isRoot())));
        Answer.Snapshot snapshot = (Answer.Snapshot) place.answer();
        List<Item> items = change.apply(new ArrayList<>(snapshot.items()));
        SnapshotTrailer trailer = new SnapshotTrailer(
                true, snapshot.header().seq(), snapshot.header().chain(), items.size(), snapshot.read());
        draft.answer(place, new Answer.Snapshot(snapshot.header(), items, trailer, snapshot.read()));
    }

    private static void tree(Draft draft, UnaryOperator<HistoryEvent.FinalTree> change) {
        List<HistoryEvent> events = draft.events();
        int place = draft.any(
                IntStream.range(0, events.size()).boxed().filter(i -> events.get(i) instanceof HistoryEvent.FinalTree));
        events.set(place, change.apply((HistoryEvent.FinalTree) events.get(place)));
    }
}
