package io.tinysync.campaign.check;

import io.tinysync.campaign.check.Violation.Kind;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where a vault's final log has what: the chain at each seq, the seq of each op, the epochs. Some 200 bytes an entry. While it is
 * filled it finds what is wrong with the log in itself.
 */
final class FinalLogIndex {

    private final Findings findings;
    private final List<Chain> chains = new ArrayList<>();
    private final Map<OpId, Long> seqs = new HashMap<>();
    private final NavigableMap<Long, Long> epochs = new TreeMap<>();
    private long firstSeq = 1;
    private Cursor head = Cursor.START;
    private long highestSeq;
    private long announcedHeadSeq;
    private boolean sound = true;

    FinalLogIndex(Findings findings) {
        this.findings = findings;
        epochs.put(0L, Cursor.START.epoch());
    }

    /** Takes the log's next page. */
    void add(LogPage page) {
        announcedHeadSeq = Math.max(announcedHeadSeq, page.headSeq());
        page.entries().forEach(entry -> add(entry, page.minRetainedSeq()));
    }

    /** Says what can be said once the last page was taken. */
    void finish() {
        if (head.seq() < announcedHeadSeq) {
            broken(Kind.SEQ_GAP, head.seq() + 1, "the log ends at " + head.seq() + ", its head is " + announcedHeadSeq);
        }
    }

    private void add(Entry entry, long minRetainedSeq) {
        if (chains.isEmpty() && entry.seq() > 1 && entry.seq() == minRetainedSeq) {
            beginAt(entry);
        } else {
            follow(entry);
        }
        OpId opId = entry.opId();
        Long before = opId == null ? null : seqs.putIfAbsent(opId, entry.seq());
        if (before != null) {
            findings.add(Kind.OP_TWICE, entry.seq(), opId, "the op took effect at seq " + before + " already");
        }
        chains.add(entry.chain());
        head = entry.cursor();
        highestSeq = Math.max(highestSeq, head.seq());
    }

    /** The oldest entry that is kept: nothing before it is known. */
    private void beginAt(Entry entry) {
        firstSeq = entry.seq();
        epochs.put(entry.seq(), entry.epoch());
    }

    private void follow(Entry entry) {
        long expected = head.seq() + 1;
        if (entry.seq() > expected) {
            broken(Kind.SEQ_GAP, expected, "the log goes on with seq " + entry.seq());
        } else if (entry.seq() < expected) {
            broken(Kind.SEQ_REPEATED, entry.seq(), "the log had come to seq " + head.seq() + " before");
        }
        Chain chain = head.chain().next(Json.tree(entry));
        if (!chain.equals(entry.chain())) {
            broken(Kind.CHAIN_BROKEN, entry.seq(), "the chain is " + entry.chain() + ", the entries make " + chain);
        }
        epoch(entry);
    }

    private void epoch(Entry entry) {
        boolean begins = entry.kind() == EntryKind.EPOCH;
        long expected = head.epoch() + (begins ? 1 : 0);
        if (entry.epoch() != expected) {
            broken(Kind.EPOCH, entry.seq(), "the epoch is " + entry.epoch() + " and should be " + expected);
        }
        if (begins && (entry.scope() != Scope.NONE || entry.opId() != null || entry.item() != null)) {
            broken(Kind.EPOCH, entry.seq(), "an entry that begins an epoch changes something else too");
        }
        if (begins) {
            epochs.put(entry.seq(), entry.epoch());
        }
    }

    private void broken(Kind kind, long seq, String sentence) {
        sound = false;
        findings.add(kind, seq, null, sentence);
    }

    /** Whether states can be made of it: it begins at seq 1, and is one history. */
    boolean canBeReplayed() {
        return sound && firstSeq == 1;
    }

    /** Whether it is one history, wherever it begins. */
    boolean isSound() {
        return sound;
    }

    long firstSeq() {
        return firstSeq;
    }

    Cursor head() {
        return head;
    }

    /** That of the head, if the log is sound. */
    long highestSeq() {
        return highestSeq;
    }

    /** The seq of the op's entry; empty if it has none that is kept. */
    OptionalLong seqOf(OpId opId) {
        Long seq = seqs.get(opId);
        return seq == null ? OptionalLong.empty() : OptionalLong.of(seq);
    }

    /** Whether a position is one of this history; true also where that cannot be told. */
    boolean mayHold(long seq, Chain chain) {
        if (seq == 0) {
            return chain.equals(Chain.START);
        }
        if (!sound || seq < firstSeq) {
            return true;
        }
        return seq <= head.seq() && chains.get((int) (seq - firstSeq)).equals(chain);
    }

    /** Whether a position is one of this history for certain. */
    boolean holds(long seq, Chain chain) {
        return sound && seq <= head.seq() && (seq == 0 || seq >= firstSeq) && mayHold(seq, chain);
    }

    /** The epoch after the entry at a seq; empty where that is not kept. */
    OptionalLong epochAt(long seq) {
        return seq < firstSeq && firstSeq > 1
                ? OptionalLong.empty()
                : OptionalLong.of(Objects.requireNonNull(epochs.floorEntry(seq)).getValue());
    }
}
