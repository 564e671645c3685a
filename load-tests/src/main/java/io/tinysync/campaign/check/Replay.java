package io.tinysync.campaign.check;

import io.tinysync.campaign.check.Violation.Kind;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultStatus;
import io.tinysync.engine.tree.AcceptedOps;
import io.tinysync.engine.tree.Decision;
import io.tinysync.engine.tree.Evaluation;
import io.tinysync.engine.tree.ItemTree;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The final log, applied entry by entry, as far as what was sent so far explains it: states beyond that cannot have existed yet. Those
 * that a request in flight may have met are kept.
 */
final class Replay {

    /**
     * What a vault was after an entry.
     *
     * @param last the entry; none at seq 0
     */
    record State(long seq, ItemTree tree, @Nullable Entry last) {}

    /**
     * What is kept of each entry.
     *
     * @param body the hash of the op's body; none for the server's own
     */
    private record Effect(Optional<Sha256> body, long itemHash) {}

    /** Why an entry cannot be. */
    private record Unexplained(Kind kind, String sentence) {}

    private final FinalLogIndex index;
    private final Iterator<Entry> log;
    private final Limits limits;
    private final Senders senders;
    private final Findings findings;
    private final NavigableMap<Long, State> states = new TreeMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private State head;
    private @Nullable Entry next;
    private boolean usable;

    Replay(FinalLogIndex index, Iterator<Entry> log, VaultStatus vault, Senders senders, Findings findings) {
        this.index = index;
        this.log = log;
        this.limits = vault.limits();
        this.senders = senders;
        this.findings = findings;
        this.head = new State(0, ItemTree.empty(vault.namePolicy()), null);
        this.usable = index.canBeReplayed();
        states.put(0L, head);
        takeNext();
    }

    private void takeNext() {
        next = usable && log.hasNext() ? log.next() : null;
    }

    /** Whether states can be asked for; not if the log lacks its beginning, is not one history, or has an entry that no tree can take. */
    boolean isUsable() {
        return usable;
    }

    /** The newest state that can exist by now. */
    State head() {
        return head;
    }

    /** The state at a seq; empty if it is forgotten or above the head. */
    Optional<State> state(long seq) {
        return Optional.ofNullable(states.get(seq));
    }

    /** The hash of the body that took effect at a seq up to the head; empty for the server's own entries. */
    Optional<Sha256> body(long seq) {
        return effects.get((int) seq - 1).body();
    }

    /** Whether the entry at a seq up to the head carries this item, as far as a hash can tell. */
    boolean carries(long seq, Item item) {
        return effects.get((int) seq - 1).itemHash() == hash(item);
    }

    /** The ops that have their entries at or before a seq. */
    AcceptedOps acceptedBy(long seq) {
        return opId -> {
            OptionalLong at = index.seqOf(opId);
            return at.isPresent() && at.getAsLong() <= seq ? at : OptionalLong.empty();
        };
    }

    /** Eight bytes of a good hash: a record's own is 32 bits, and the same for times of 0 and -1. */
    private static long hash(@Nullable Item item) {
        return item == null ? 0 : Sha256.hash(Json.write(item)).a();
    }

    Limits limits() {
        return limits;
    }

    /** Lets go of states that no request can meet any more. */
    void forgetBefore(long seq) {
        states.headMap(Math.min(seq, head.seq())).clear();
    }

    /** Goes on as far as what was sent by now explains the entries. */
    void advance() {
        while (next != null && unexplained(next).isEmpty()) {
            apply(next);
        }
    }

    /** Goes on to an entry that somebody has seen: what is not explained by now is a violation. */
    void reach(long seq) {
        advance();
        while (next != null && next.seq() <= seq) {
            Entry entry = next;
            unexplained(entry).ifPresent(why -> findings.add(why.kind(), entry.seq(), entry.opId(), why.sentence()));
            apply(entry);
            advance();
        }
    }

    private void apply(Entry entry) {
        OpId opId = entry.opId();
        effects.add(new Effect(opId == null ? Optional.empty() : body(entry, opId), hash(entry.item())));
        try {
            head = new State(entry.seq(), head.tree().apply(entry), entry);
        } catch (IllegalStateException e) {
            findings.add(Kind.ENTRY_MISFITS, entry.seq(), opId, String.valueOf(e.getMessage()));
            usable = false;
        }
        states.put(head.seq(), head);
        senders.reached(entry);
        takeNext();
    }

    private Optional<Sha256> body(Entry entry, OpId opId) {
        List<SentOps.Sent> variants = senders.ops().variants(opId);
        Optional<SentOps.Sent> first = variants.stream().findFirst();
        Optional<SentOps.Sent> by = variants.size() < 2
                ? first
                : variants.stream()
                        .filter(variant -> unexplained(entry, variant).isEmpty())
                        .findFirst()
                        .or(() -> first);
        return by.map(SentOps.Sent::bodyHash);
    }

    private Optional<Unexplained> unexplained(Entry entry) {
        OpId opId = entry.opId();
        if (opId == null) {
            return unexplainedOwn(entry);
        }
        Optional<Unexplained> why = because(Kind.OP_NOT_SENT, "nobody had sent this op before it was seen");
        for (SentOps.Sent variant : senders.ops().variants(opId)) {
            why = unexplained(entry, variant);
            if (why.isEmpty()) {
                return why;
            }
        }
        return why;
    }

    /** What the server does by itself. */
    private Optional<Unexplained> unexplainedOwn(Entry entry) {
        Item item = entry.item();
        boolean purges = entry.kind() == EntryKind.PURGE
                && item != null
                && head.tree().tombstone(item.itemId()).equals(Optional.of(item));
        return purges || entry.kind() == EntryKind.EPOCH
                ? Optional.empty()
                : because(Kind.WRONG_EFFECT, "the server itself cannot have made this " + entry.kind());
    }

    private Optional<Unexplained> unexplained(Entry entry, SentOps.Sent sent) {
        if (!sent.device().equals(entry.deviceId())) {
            return because(
                    Kind.WRONG_DEVICE, "device " + sent.device() + " sent it, the entry names " + entry.deviceId());
        }
        Op op = sent.op();
        AcceptedOps accepted = acceptedBy(head.seq());
        for (OpId required : op.requires()) {
            if (accepted.seqOf(required).isEmpty()) {
                return because(Kind.UNJUSTIFIED_ACCEPTANCE, "it requires op " + required + ", which was not accepted");
            }
        }
        Evaluation evaluation =
                new Evaluation(head.seq() + 1, limits, accepted, senders.blobs().perhapsHeld(sent.device(), op));
        return switch (head.tree().decide(op, evaluation)) {
            case Decision.Rejected(var code, var message, var _) ->
                because(Kind.UNJUSTIFIED_ACCEPTANCE, "it had to be rejected as " + code + ": " + message);
            case Decision.Accepted made
            when made.kind() == entry.kind()
                    && made.scope() == entry.scope()
                    && made.item().equals(entry.item()) -> late(sent);
            case Decision.Accepted made ->
                because(Kind.WRONG_EFFECT, "the op makes " + made.item() + ", the entry has " + entry.item());
        };
    }

    private Optional<Unexplained> late(SentOps.Sent sent) {
        long answered = senders.numbers().highestAnswered(sent.device());
        return sent.highestRequestNo() > answered
                ? Optional.empty()
                : because(
                        Kind.LATE_EFFECT,
                        "it was last sent in request " + sent.highestRequestNo() + ", and took effect after request "
                                + answered + " of its device was answered");
    }

    private static Optional<Unexplained> because(Kind kind, String sentence) {
        return Optional.of(new Unexplained(kind, sentence));
    }
}
