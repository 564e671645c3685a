package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is sent next: blobs first, then ops in the order in which they happened, at most {@link Limits#MAX_BATCH}. An op that waits
 * (by its name, or because the server refuses it for now) lets those pass that have nothing to do with it; one whose blob is not
 * yet sent lets none pass. Files that belong together ({@link Companions}) go in one request, and what was removed with its folder
 * goes with that ({@link RemovedTrees}).
 */
public final class UploadPlan {

    private static final int PAGE = 256;

    /** How many ops are looked at in one go: with that many waiting in front, what is behind waits too. */
    static final int MAX_SCANNED = 20_000;

    /**
     * No op is ever told to wait longer. One that seems to have to was recorded before the clock was set back, and its time has
     * come: the clock decides nothing.
     */
    private static final long LONGEST_WAIT_MS = 2 * 60_000;

    private final StoreView store;
    private final LocalView view;
    private final long nowMs;
    private @Nullable RemovedTrees removed;

    /**
     * A plan at one time.
     *
     * @param nowMs clock time, in ms since 1970
     */
    public UploadPlan(StoreView store, LocalView view, long nowMs) {
        this.store = store;
        this.view = view;
        this.nowMs = nowMs;
    }

    /**
     * What could be sent.
     *
     * @param ops that can be sent once nothing is on its way, in order
     * @param blobs that must be sent before the ops that follow, in order
     * @param waitMs how long after the plan's time a waiting op may be sent; {@link Long#MAX_VALUE} if none waits for a time
     * @param repeats whether ops are on their way: then the same are repeated until they are answered, and no others are sent
     */
    public record Next(List<PendingOp> ops, List<Content> blobs, long waitMs, boolean repeats) {}

    /**
     * Looks for what can be sent.
     *
     * @param isReady whether a blob is on the server, or not for this device to send
     */
    public Next next(Predicate<Content> isReady) {
        boolean blocked = store.position().rebaseDue()
                || !store.position().bootstrapped()
                || !store.pendingIn(PendingState.REJECTED, 1).isEmpty();
        boolean repeats = !store.pendingIn(PendingState.SENT, 1).isEmpty();
        return blocked ? new Next(List.of(), List.of(), Long.MAX_VALUE, repeats) : scan(isReady, repeats);
    }

    private Next scan(Predicate<Content> isReady, boolean repeats) {
        List<PendingOp> ops = new ArrayList<>();
        Map<Sha256, Content> blobs = new LinkedHashMap<>();
        HeldBack heldBack = new HeldBack();
        Map<Sha256, PendingOp> waitingCopies = new HashMap<>();
        long waitMs = Long.MAX_VALUE;
        @Nullable PendingOp left = null;
        int seen = 0;
        int scanned = 0;
        long position = 0;
        while (seen < Limits.MAX_BATCH && scanned < MAX_SCANNED) {
            List<PendingOp> page = store.pendingAfter(position, PAGE);
            for (PendingOp op : page) {
                position = op.position();
                scanned++;
                if (op.state() != PendingState.WAITING) {
                    continue;
                }
                if (seen == Limits.MAX_BATCH) {
                    left = left == null ? op : left;
                    break;
                }
                if (waits(op)) {
                    waitMs = Math.min(waitMs, op.notBeforeMs() - nowMs);
                    if (isCopy(op) && !heldBack.concerns(op.intent())) {
                        waitingCopies.put(
                                Objects.requireNonNull(op.intent().gives()).sha256(), op);
                    }
                    heldBack.add(op.intent());
                } else if (isMadeAnew(op.intent()) || heldBack.concerns(op.intent())) {
                    heldBack.add(op.intent());
                } else if (part(op) == RemovedTrees.Part.LATER) {
                    heldBack.add(op.intent());
                } else if (part(op) != RemovedTrees.Part.COVERED) {
                    List<PendingOp> together = withCopyOfReplaced(op, waitingCopies);
                    if (seen + together.size() > Limits.MAX_BATCH) {
                        seen = Limits.MAX_BATCH;
                        left = left == null ? op : left;
                        break;
                    }
                    seen += together.size();
                    List<Content> missing = together.stream()
                            .map(next -> next.intent().gives())
                            .filter(content -> content != null && !isReady.test(content))
                            .toList();
                    if (!missing.isEmpty()) {
                        left = left == null ? together.getFirst() : left;
                        missing.forEach(content -> blobs.put(content.sha256(), content));
                    } else if (blobs.isEmpty()) {
                        ops.addAll(together);
                    }
                }
            }
            if (page.size() < PAGE) {
                break;
            }
        }
        if (left != null) {
            keepTogether(ops, left);
        }
        return new Next(ops, List.copyOf(blobs.values()), waitMs, repeats);
    }

    /** A new file that waits for nothing but its name's quiet period: one that was refused before would be again. */
    private static boolean isCopy(PendingOp op) {
        return op.intent() instanceof Intent.Create create
                && create.content() != null
                && create.content().size() > 0
                && op.attempts() == 0;
    }

    /**
     * What an edit replaces may have gone into a file with a temporary name ({@code doc~}), which waits: that one goes before the edit, so that the
     * server has what it had before at any time.
     */
    private static List<PendingOp> withCopyOfReplaced(PendingOp op, Map<Sha256, PendingOp> waitingCopies) {
        PendingOp copy = op.intent() instanceof Intent.Update update ? waitingCopies.remove(update.seen()) : null;
        return copy == null ? List.of(op) : List.of(copy, op);
    }

    private RemovedTrees.Part part(PendingOp op) {
        return op.intent() instanceof Intent.Delete ? removed().part(op) : RemovedTrees.Part.ALONE;
    }

    private RemovedTrees removed() {
        RemovedTrees trees = removed;
        if (trees == null) {
            trees = new RemovedTrees(store, this::pending);
            removed = trees;
        }
        return trees;
    }

    private Stream<PendingOp> pending() {
        return Stream.iterate(
                        store.pendingAfter(0, PAGE),
                        page -> !page.isEmpty(),
                        page -> store.pendingAfter(page.getLast().position(), PAGE))
                .flatMap(List::stream)
                .limit(MAX_SCANNED);
    }

    private boolean waits(PendingOp op) {
        return op.notBeforeMs() > nowMs && op.notBeforeMs() - nowMs <= LONGEST_WAIT_MS;
    }

    /** Takes from the end what belongs to the first op that is left for a later request. */
    private void keepTogether(List<PendingOp> ops, PendingOp left) {
        while (!ops.isEmpty() && Companions.belongTogether(store, ops.getLast().intent(), left.intent())) {
            ops.removeLast();
        }
    }

    /** Whether a program has the file open again that was renamed away: its release tells what the renaming was. */
    private boolean isMadeAnew(Intent intent) {
        return intent instanceof Intent.Move move
                && TemporaryNames.waits(move.to().name())
                && store.overlayChild(move.from().parentItemId(), move.from().name())
                        .filter(row -> row.hold() == OverlayItem.Hold.OPEN
                                && store.pendingOf(row.itemId()).isEmpty())
                        .isPresent();
    }

    /**
     * Makes the next request durable: a repeat of what is on its way, or the ops that can be sent now, which are on their way from
     * here on. Empty if there is nothing to send.
     */
    public static Optional<MutationsRequest> begin(Work work, Predicate<Content> isReady) {
        StoreTransaction store = work.store();
        UploadPlan plan = new UploadPlan(store, work.view(), work.nowMs());
        List<Op> ops = new ArrayList<>();
        for (PendingOp op : store.pendingIn(PendingState.SENT, Limits.MAX_BATCH)) {
            ops.add(Objects.requireNonNull(op.wire()));
        }
        if (ops.isEmpty()) {
            ops.addAll(plan.send(store, plan.next(isReady).ops()));
        }
        if (ops.isEmpty()) {
            return Optional.empty();
        }
        SyncPosition position = store.position();
        long requestNo = position.requestNo() + 1;
        store.setPosition(position.withRequestNo(requestNo));
        return Optional.of(new MutationsRequest(position.cursor(), requestNo, ops));
    }

    private List<Op> send(StoreTransaction writable, List<PendingOp> ops) {
        WireForm form = new WireForm(store, view);
        List<Op> wire = new ArrayList<>();
        for (PendingOp op : ops) {
            Optional<Op> made = form.of(
                    op, op.intent() instanceof Intent.Delete ? removed().descendants(op) : OptionalLong.empty());
            if (made.isEmpty()) {
                writable.setPosition(writable.position().withRebaseDue(true));
                break;
            }
            writable.advancePending(op.sent(made.get()));
            wire.add(made.get());
        }
        return wire;
    }
}
