package io.tinysync.engine.device;

import io.tinysync.engine.device.HydrationResult.Arrived;
import io.tinysync.engine.device.HydrationResult.Failed;
import io.tinysync.engine.device.core.FetchPlan;
import io.tinysync.engine.device.core.FetchPlan.Urgency;
import io.tinysync.engine.device.core.Pieces;
import io.tinysync.engine.protocol.Content;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** One content that is wanted and not here in whole: who waits for which part, and what is under way. Confined to its actor. */
final class Hydration {

    private record Waiter(BlobRange range, long sinceMs, ActorRef<HydrationResult> replyTo) {}

    private final Content content;
    private final List<Waiter> waiters = new ArrayList<>();
    private final List<ActorRef<HydrationResult>> keepers = new ArrayList<>();
    private final Map<Long, LeafStream> streams = new LinkedHashMap<>();
    private Optional<LeafStream.Target> target = Optional.empty();
    private Pieces pieces;
    private boolean open;
    private int readerAt;
    /** Of what did not work since bytes last came, or since the last success. */
    private int failures;
    /** How often what came was not the content. */
    private int corruptions;
    /** When bytes last came, whichever stream brought them. */
    private long bytesMs;
    /** Tells the answers that belong to the present attempt from those of an earlier one. */
    private long attempt;

    private boolean committing;
    private boolean spoiled;

    Hydration(Content content) {
        this.content = content;
        this.pieces = Pieces.none(content.size());
    }

    Content content() {
        return content;
    }

    long attempt() {
        return attempt;
    }

    void open(boolean isOpen) {
        open = isOpen;
    }

    void await(BlobRange range, long nowMs, ActorRef<HydrationResult> replyTo) {
        waiters.add(new Waiter(range, nowMs, replyTo));
        readerAt = Math.min(Pieces.leafAt(range.offset()), pieces.count());
        open = true;
    }

    void keep(ActorRef<HydrationResult> replyTo) {
        keepers.add(replyTo);
    }

    /** Begins an attempt, which ends what an earlier one had under way; returns what that one wrote to. */
    Optional<ContentStore.Partial> restart(long newAttempt) {
        attempt = newAttempt;
        committing = false;
        endStreams();
        Optional<ContentStore.Partial> before = target.map(LeafStream.Target::into);
        target = Optional.empty();
        return before;
    }

    private void endStreams() {
        noteBytes();
        streams.values().forEach(LeafStream::giveUp);
        streams.clear();
    }

    void ready(LeafStream.Target newTarget, Pieces here) {
        target = Optional.of(newTarget);
        pieces = here;
        answerArrived();
    }

    /** Where leaves go, once that is known. */
    Optional<LeafStream.Target> target() {
        return target;
    }

    void runs(LeafStream stream) {
        streams.put(stream.number(), stream);
    }

    Optional<LeafStream> stream(long number) {
        return Optional.ofNullable(streams.get(number));
    }

    Optional<LeafStream> ended(long number) {
        noteBytes();
        return Optional.ofNullable(streams.remove(number));
    }

    private void noteBytes() {
        streams.values().forEach(stream -> bytesMs = Math.max(bytesMs, stream.bytesMs()));
    }

    Collection<LeafStream> streams() {
        return streams.values();
    }

    void arrived(long stream, int leaf) {
        stream(stream).ifPresent(brought -> brought.heardOf(leaf));
        pieces = pieces.with(leaf);
        failures = 0;
        answerArrived();
    }

    /** Of a content that is all here only the hash of the whole decides what is read. */
    private void answerArrived() {
        boolean isShown = target.isPresent() && target.get().leaves().isPresent() && !pieces.isComplete();
        for (Iterator<Waiter> each = waiters.iterator(); isShown && each.hasNext(); ) {
            Waiter waiter = each.next();
            if (pieces.holds(waiter.range().offset(), waiter.range().length())) {
                waiter.replyTo().tell(new Arrived());
                each.remove();
            }
        }
    }

    /** Whether all leaves are here since now; ends what may still be under way. To be followed by a commit. */
    boolean completes() {
        boolean now = target.isPresent() && !committing && pieces.isComplete();
        if (now) {
            committing = true;
            endStreams();
        }
        return now;
    }

    /** What is here is not the content, and no further attempt is made. */
    void spoil() {
        spoiled = true;
    }

    boolean isSpoiled() {
        return spoiled;
    }

    int failed() {
        return ++failures;
    }

    int corrupted() {
        return ++corruptions;
    }

    /** Answers everyone. */
    void end(HydrationResult result) {
        waiters.forEach(waiter -> waiter.replyTo().tell(result));
        waiters.clear();
        keepers.forEach(keeper -> keeper.tell(result));
        keepers.clear();
        open = false;
        committing = false;
        failures = 0;
        corruptions = 0;
        endStreams();
    }

    /** Ends the waits of those for whom nothing has come for so long, and what brings nothing. */
    void giveUpStill(long nowMs, long limitMs) {
        noteBytes();
        streams.values().stream()
                .filter(stream -> nowMs - stream.stillSinceMs() >= limitMs)
                .toList()
                .forEach(stream -> {
                    stream.giveUp();
                    streams.remove(stream.number());
                });
        for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
            Waiter waiter = each.next();
            long stillMs = nowMs - Math.max(waiter.sinceMs(), bytesMs);
            if (stillMs >= limitMs) {
                waiter.replyTo()
                        .tell(new Failed(HydrationResult.Reason.TIMED_OUT, "no byte came for " + stillMs + " ms"));
                each.remove();
                open = false;
            }
        }
    }

    /** Whether nothing is asked of it any more, and nothing under way. */
    boolean isOver() {
        return !open && !committing && waiters.isEmpty() && keepers.isEmpty() && streams.isEmpty();
    }

    /** How long the one waits who has waited longest; what nobody waits for comes last. */
    long waitsSinceMs() {
        return waiters.isEmpty() ? Long.MAX_VALUE : waiters.getFirst().sinceMs();
    }

    /** What the plan of what is fetched next has to know. */
    FetchPlan.Wanted wanted() {
        List<Integer> awaited = waiters.stream()
                .map(waiter ->
                        pieces.missingOf(waiter.range().offset(), waiter.range().length()))
                .filter(leaf -> leaf >= 0)
                .toList();
        Urgency urgency = open ? Urgency.OPEN : keepers.isEmpty() ? Urgency.NONE : Urgency.KEEP;
        return new FetchPlan.Wanted(content.sha256(), pieces, awaited, readerAt, urgency);
    }
}
