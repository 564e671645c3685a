package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.util.Objects;
import java.util.Optional;

/**
 * Saves that first rename the old file away, to a temporary name, and then make the file anew ({@code doc} to {@code doc~}, then
 * {@code doc}): to the vault that is an edit of {@code doc}, which keeps its identity and its history, and a new file {@code doc~}.
 * Possible as long as the renaming was not sent, for which it waits.
 */
final class SafeSaves {

    /** How long after the end of its quiet period a renaming still counts as the begin of a save; saves of big files take long. */
    private static final long LONGEST_SAVE_MS = 60_000;

    private final Work work;
    private final StoreTransaction store;
    private final Decider decider;

    SafeSaves(Work work, Decider decider) {
        this.work = work;
        this.store = work.store();
        this.decider = decider;
    }

    /**
     * A file that was renamed away.
     *
     * @param item as it is shown now
     * @param op the renaming, which was not sent
     * @param content what it held then
     */
    record RenamedAway(OverlayItem item, PendingOp op, Content content) {}

    /** The file of which the name is free since it was renamed away a moment ago, to a name that is not meant to last. */
    Optional<RenamedAway> from(Place place) {
        return store.serverChild(place.parentItemId(), place.name())
                .filter(item -> item.kind() == ItemKind.FILE && item.name().equals(place.name()))
                .map(Item::itemId)
                .flatMap(store::overlay)
                .filter(row -> row.isPresent() && !row.isKept() && TemporaryNames.waits(row.name()))
                .flatMap(row -> renaming(row, place));
    }

    /** The renaming after which this device has not written the file: what is edited under its new name is no copy of the old. */
    private Optional<RenamedAway> renaming(OverlayItem row, Place from) {
        for (PendingOp op : store.pendingOf(row.itemId()).reversed()) {
            if (op.intent() instanceof Intent.Update) {
                return Optional.empty();
            }
            if (op.intent() instanceof Intent.Move move
                    && move.from().equals(from)
                    && move.to().equals(row.place())
                    && move.content() != null
                    && op.state() == PendingState.WAITING
                    && op.notBeforeMs() > work.nowMs() - LONGEST_SAVE_MS) {
                return Optional.of(new RenamedAway(row, op, move.content()));
            }
        }
        return Optional.empty();
    }

    /**
     * Puts the file back under its name, and what it held into a new one under the temporary name.
     *
     * @return the file as it is then shown, without what is to be saved
     */
    LocalItem putBack(RenamedAway away, Origin origin) {
        Intent.Move move = (Intent.Move) away.op().intent();
        OverlayItem row = away.item();
        store.removePending(away.op().opId());
        work.put(row.at(move.from()));
        Intent.Create aside = new Intent.Create(
                work.rules().ids().newItemId(),
                move.to().parentItemId(),
                move.to().name(),
                ItemKind.FILE,
                away.content(),
                null,
                row.mode(),
                row.mtimeNs());
        decider.decide(aside, origin);
        return LocalView.shown(row.at(move.from()));
    }

    /** What is saved over a file becomes its edit, by one who had seen this content of it. */
    void edit(LocalItem target, LocalItem saved, Sha256 seen, Origin origin) {
        Content content = Objects.requireNonNull(saved.content());
        decider.decide(new Intent.Update(target.itemId(), content, saved.mode(), saved.mtimeNs(), seen), origin);
    }
}
