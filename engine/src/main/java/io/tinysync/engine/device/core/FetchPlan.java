package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides which ranges are fetched next. What a read waits for comes first, from its first missing leaf on; a read far from where
 * its content is being fetched gets a stream of its own at once, and the one that nobody waits for ends. Then the rest of what
 * programs have open, from where the reader is; then, as long as there is nothing of either, what is only to be kept here.
 */
public final class FetchPlan {

    /** A read waits for a stream that will be there within so many leaves, rather than having one of its own. */
    static final int NEAR_LEAVES = 4;

    /** A stream's longest range, after which what is wanted is looked at anew; 64 MiB. */
    static final int MAX_RUN_LEAVES = 64;

    /**
     * A content that is not here in whole.
     *
     * @param awaited the first missing leaf of each read that waits, the longest waiting first
     * @param readerAt the leaf that was asked for last
     * @param urgency why the rest of it is wanted
     */
    public record Wanted(Sha256 sha256, Pieces pieces, List<Integer> awaited, int readerAt, Urgency urgency) {
        public Wanted {
            awaited = List.copyOf(awaited);
        }
    }

    /** Why the rest of a content is wanted, beyond what reads wait for. */
    public enum Urgency {
        /** A program has it open. */
        OPEN,
        /** It is to be kept on this device. */
        KEEP,
        /** It is not, at present. */
        NONE
    }

    /** A range under way: the next leaf that it brings, and the leaf before which it ends. */
    public record Stream(long number, Sha256 sha256, int next, int end) {}

    /** What is to be done. */
    public sealed interface Step {}

    /** Fetch the leaves of a content from one on, up to but without another. */
    public record Start(Sha256 sha256, int from, int end) implements Step {}

    /** End a stream with the leaf that it is at. */
    public record Stop(long number) implements Step {}

    private final int limit;
    private final List<Wanted> wanted;
    private final List<Stream> running;
    private final List<Step> steps = new ArrayList<>();

    private FetchPlan(List<Wanted> wanted, List<Stream> running, int limit) {
        this.limit = limit;
        this.wanted = wanted;
        this.running = new ArrayList<>(running);
    }

    /**
     * The steps to take now; none where everything takes its course.
     *
     * @param wanted those first whose reads have waited longest
     * @param running without those that were told to stop
     * @param limit how many streams may run at once
     */
    public static List<Step> next(List<Wanted> wanted, List<Stream> running, int limit) {
        FetchPlan plan = new FetchPlan(wanted, running, limit);
        boolean reading = wanted.stream().anyMatch(FetchPlan::isForProgram);
        plan.stopAllBut(each -> isForProgram(each) || (each.urgency() == Urgency.KEEP && !reading));
        wanted.forEach(plan::serveReads);
        wanted.stream().filter(each -> each.urgency() == Urgency.OPEN).forEach(each -> plan.fill(each, limit));
        if (!reading) {
            plan.keep();
        }
        return plan.steps;
    }

    /** Whether a program waits for it, or will. */
    private static boolean isForProgram(Wanted content) {
        return !content.awaited().isEmpty()
                || (content.urgency() == Urgency.OPEN && !content.pieces().isComplete());
    }

    private void stopAllBut(Predicate<Wanted> useful) {
        for (Stream stream : List.copyOf(running)) {
            boolean serves = wanted.stream()
                    .anyMatch(each -> each.sha256().equals(stream.sha256())
                            && useful.test(each)
                            && (each.urgency() == Urgency.OPEN || isNeeded(stream, each)));
            if (!serves) {
                stop(stream);
            }
        }
    }

    /** Of a content that is not open, what reads wait for; or all, if none does and it is to be kept. */
    private static boolean isNeeded(Stream stream, Wanted content) {
        return isAwaited(stream, content)
                || (content.urgency() == Urgency.KEEP && content.awaited().isEmpty());
    }

    private void serveReads(Wanted content) {
        for (int leaf : content.awaited()) {
            if (!isComing(content, leaf)) {
                makeRoom(content);
                if (running.size() < limit) {
                    start(content, leaf);
                }
            }
        }
    }

    private boolean isComing(Wanted content, int leaf) {
        return running.stream().anyMatch(stream -> stream.sha256().equals(content.sha256()) && isNear(stream, leaf));
    }

    private static boolean isNear(Stream stream, int leaf) {
        return leaf >= stream.next() && leaf < Math.min(stream.end(), stream.next() + NEAR_LEAVES);
    }

    /** Ends a stream of the content that no read waits for, since its reader has gone elsewhere; or any such, if all slots are taken. */
    private void makeRoom(Wanted content) {
        List<Stream> idle = running.stream().filter(this::isIdle).toList();
        idle.stream()
                .filter(stream -> stream.sha256().equals(content.sha256()))
                .findFirst()
                .ifPresent(this::stop);
        if (running.size() >= limit) {
            idle.stream().filter(running::contains).findFirst().ifPresent(this::stop);
        }
    }

    private boolean isIdle(Stream stream) {
        return wanted.stream().noneMatch(each -> each.sha256().equals(stream.sha256()) && isAwaited(stream, each));
    }

    private static boolean isAwaited(Stream stream, Wanted content) {
        return content.awaited().stream().anyMatch(leaf -> isNear(stream, leaf));
    }

    /** Goes on with what is missing after the reader, and then with what is missing before. */
    private void fill(Wanted content, int most) {
        boolean runs = running.stream().anyMatch(stream -> stream.sha256().equals(content.sha256()));
        Pieces pieces = content.pieces();
        if (!runs && running.size() < most && !pieces.isComplete()) {
            int after = pieces.missingFrom(content.readerAt());
            start(content, after < pieces.count() ? after : pieces.missingFrom(0));
        }
    }

    /** Half of the streams at most, so that a program that opens something need not wait for one to end. */
    private void keep() {
        wanted.stream()
                .filter(each -> each.urgency() == Urgency.KEEP)
                .forEach(each -> fill(each, Math.max(1, limit / 2)));
    }

    private void start(Wanted content, int leaf) {
        int end = Math.min(content.pieces().hereFrom(leaf), leaf + MAX_RUN_LEAVES);
        for (Stream stream : running) {
            if (stream.sha256().equals(content.sha256()) && stream.next() > leaf) {
                end = Math.min(end, stream.next());
            }
        }
        running.add(new Stream(0, content.sha256(), leaf, end));
        steps.add(new Start(content.sha256(), leaf, end));
    }

    private void stop(Stream stream) {
        running.remove(stream);
        steps.add(new Stop(stream.number()));
    }
}
