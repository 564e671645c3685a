package io.tinysync.campaign.check;

import io.tinysync.campaign.check.Violation.Kind;
import io.tinysync.campaign.history.Answer;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.VaultStatus;
import io.tinysync.engine.tree.ItemTree;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** What is checked of log pages, heads and snapshots. */
final class ReadChecks {

    private final FinalLogIndex index;
    private final Replay replay;
    private final Seen seen;
    private final Findings findings;
    private final Map<DeviceId, Long> given = new HashMap<>();

    ReadChecks(FinalLogIndex index, Replay replay, Seen seen, Findings findings) {
        this.index = index;
        this.replay = replay;
        this.seen = seen;
        this.findings = findings;
    }

    /** The highest seq of an entry that a device was given in a log page; 0 if none. */
    long given(DeviceId device) {
        return given.getOrDefault(device, 0L);
    }

    void page(OpenRequest open, Cursor after, LogPage page) {
        Cursor end = entries(open, after, page);
        boolean empty = page.entries().isEmpty();
        if (empty && Math.min(after.seq(), page.headSeq()) < open.seenSeq()) {
            stale(open, "a log page after seq " + after.seq() + " without entries, its head at " + page.headSeq());
        }
        if (page.headSeq() < end.seq()) {
            findings.add(Kind.PAGE_DIFFERS, end.seq(), null, "the page's head is " + page.headSeq() + ", below this");
        }
        seen.upTo(Math.max(page.headSeq(), end.seq()), "a log page");
        epoch("a log page", page.headSeq(), page.epoch());
        given.merge(open.device(), end.seq(), Math::max);
    }

    /** Where the page ends, as far as its entries are right. */
    private Cursor entries(OpenRequest open, Cursor after, LogPage page) {
        Cursor at = after;
        if (!index.mayHold(after.seq(), after.chain())) {
            findings.add(Kind.PAGE_DIFFERS, after.seq(), null, "a page was given for a cursor on another history");
            return at;
        }
        for (Entry entry : page.entries()) {
            if (entry.seq() <= Math.max(after.seq(), open.givenSeq()) && entry.seq() <= at.seq() + 1) {
                String before = "device " + open.device() + " had been given up to seq "
                        + Math.max(after.seq(), open.givenSeq());
                findings.add(Kind.PAGE_BACKWARDS, entry.seq(), entry.opId(), before);
                return at;
            }
            if (!continues(at, entry)) {
                findings.add(Kind.PAGE_DIFFERS, entry.seq(), entry.opId(), "the page does not continue at " + at);
                return at;
            }
            if (!index.mayHold(entry.seq(), entry.chain())) {
                String other =
                        "device " + open.device() + " read chain " + entry.chain() + ", the final log has another";
                findings.add(Kind.PAGE_DIFFERS, entry.seq(), entry.opId(), other);
                return at;
            }
            at = entry.cursor();
        }
        return at;
    }

    private static boolean continues(Cursor at, Entry entry) {
        return entry.seq() == at.seq() + 1 && at.chain().next(Json.tree(entry)).equals(entry.chain());
    }

    void head(OpenRequest open, VaultStatus status) {
        if (status.headSeq() < open.seenSeq()) {
            stale(open, "a head at seq " + status.headSeq());
        }
        seen.upTo(status.headSeq(), "a head");
        epoch("a head", status.headSeq(), status.epoch());
        if (replay.isUsable()) {
            replay.state(status.headSeq()).ifPresent(state -> counts(status, state.tree()));
        }
    }

    private void counts(VaultStatus status, ItemTree tree) {
        if (status.items() != tree.liveCount() || status.bytes() != tree.liveBytes()) {
            String counted = status.items() + " items of " + status.bytes() + " bytes, there are " + tree.liveCount()
                    + " of " + tree.liveBytes();
            findings.add(Kind.HEAD_DIFFERS, status.headSeq(), null, "the head counts " + counted);
        }
    }

    private void epoch(String where, long seq, long epoch) {
        OptionalLong expected = index.epochAt(Math.min(seq, index.head().seq()));
        if (expected.isPresent() && expected.getAsLong() != epoch) {
            findings.add(
                    Kind.EPOCH, seq, null, where + " says epoch " + epoch + ", here it is " + expected.getAsLong());
        }
    }

    void snapshot(OpenRequest open, Answer.Snapshot snapshot) {
        SnapshotHeader header = snapshot.header();
        if (header.seq() < open.seenSeq()) {
            stale(open, "a snapshot at seq " + header.seq());
        }
        seen.upTo(header.seq(), "a snapshot");
        epoch("a snapshot", header.seq(), header.epoch());
        Snapshots.flaw(snapshot).ifPresent(flaw -> differs(header, flaw));
        if (!index.mayHold(header.seq(), header.chain())) {
            differs(header, "its chain " + header.chain() + " is that of another history");
        } else if (replay.isUsable()) {
            replay.state(header.seq())
                    .flatMap(state -> Snapshots.difference(state.tree(), snapshot.items()))
                    .ifPresent(difference -> differs(header, difference));
        }
    }

    private void differs(SnapshotHeader header, String how) {
        findings.add(Kind.SNAPSHOT_DIFFERS, header.seq(), null, how);
    }

    private void stale(OpenRequest open, String what) {
        String sentence = what + " was given by " + open.asked().node() + " to device " + open.device()
                + ", who asked when seq " + open.seenSeq() + " had been seen";
        findings.add(Kind.STALE_READ, open.seenSeq(), null, sentence);
    }

    void refused(OpenRequest open, Cursor after, Problem problem) {
        boolean known = after.seq() <= open.seenSeq() && index.holds(after.seq(), after.chain());
        boolean kept = after.seq() + 1 >= index.firstSeq();
        if ((problem.code() == ProblemCode.LOG_DIVERGED && known)
                || (problem.code() == ProblemCode.LOG_TRUNCATED && kept)) {
            findings.add(
                    Kind.UNJUSTIFIED_REFUSAL,
                    after.seq(),
                    null,
                    "the log after this was refused as " + problem.code() + ", the cursor is " + after);
        }
    }
}
