package io.tinysync.engine.device;

import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.LocalEdits;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.LocalWrites;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingTotals;
import io.tinysync.engine.device.core.Recreated;
import io.tinysync.engine.device.core.Refusal;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.device.core.RenameOutcome;
import io.tinysync.engine.device.core.Renames;
import io.tinysync.engine.device.core.SaveRhythm;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.device.core.Work;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The local tree over a store: each act is one transaction in which the core's rules decide. */
public final class StoredLocalTree implements LocalTree {

    /** Of many that the server refuses the first ones tell enough. */
    private static final int MAX_REFUSED_LOOKED_AT = 100;

    private static final int PAGE = 500;

    private final DeviceStore store;
    private final DeviceRules rules;
    private final LongSupplier clockMs;
    private final TreeListener listener;
    private final Runnable workWaiting;
    private final SaveRhythm rhythm = new SaveRhythm();
    private volatile boolean readOnly;

    /**
     * The tree of one attached vault.
     *
     * @param clockMs ms since 1970
     * @param listener hears what an act changed beyond what its caller asked for, such as a conflict copy
     * @param workWaiting called after each act that may have left something to send; must return at once
     */
    public StoredLocalTree(
            DeviceStore store, DeviceRules rules, LongSupplier clockMs, TreeListener listener, Runnable workWaiting) {
        this.store = store;
        this.rules = rules;
        this.clockMs = clockMs;
        this.listener = listener;
        this.workWaiting = workWaiting;
    }

    /** Refuses every act from now on, or takes them again; reading goes on. What is written and open can still be sealed. */
    public void setReadOnly(boolean refuse) {
        readOnly = refuse;
    }

    @Override
    public Optional<LocalItem> item(ItemId itemId) {
        return glance(view -> view.item(itemId));
    }

    @Override
    public Optional<LocalItem> child(ItemId parentItemId, String name) {
        return glance(view -> view.child(parentItemId, name));
    }

    @Override
    public List<LocalItem> children(ItemId parentItemId, String afterName, int limit) throws RefusedException {
        LocalItem folder = item(parentItemId)
                .orElseThrow(() -> new RefusedException(Refusal.NO_ENTRY, "no folder " + parentItemId));
        if (!folder.isFolder()) {
            throw new RefusedException(Refusal.NOT_FOLDER, folder.name() + " is no folder");
        }
        return read(view -> view.children(folder.itemId(), afterName, limit));
    }

    @Override
    public TreeTotals totals() {
        return store.read(StoreView::serverTotals);
    }

    @Override
    public boolean isFull() {
        return store.read(view -> view.refusedOps(MAX_REFUSED_LOOKED_AT).stream()
                .anyMatch(op -> op.code() == RejectionCode.QUOTA_EXCEEDED));
    }

    @Override
    public PendingTotals pendingTotals() {
        return store.read(StoreView::pendingTotals);
    }

    @Override
    public LocalItem createFile(ItemId parentItemId, String name, int mode, long mtimeNs) throws RefusedException {
        return act(work -> new LocalEdits(work).createFile(parentItemId, name, mode, mtimeNs));
    }

    @Override
    public LocalItem beginWrite(ItemId itemId) throws RefusedException {
        return act(work -> new LocalWrites(work).beginWrite(itemId));
    }

    @Override
    public void seal(ItemId itemId, @Nullable Sha256 seen, Content content, int mode, long mtimeNs)
            throws RefusedException {
        always(work -> {
            new LocalWrites(work).seal(itemId, seen, content, mode, mtimeNs);
            return content;
        });
    }

    @Override
    public Optional<Recreated> release(ItemId itemId, Runnable handingOver) {
        return unrefused(work -> {
            Optional<Recreated> recreated = new LocalWrites(work).release(itemId);
            recreated.ifPresent(_ -> handingOver.run());
            return recreated;
        });
    }

    @Override
    public boolean publishOpen(ItemId itemId) {
        return unrefused(work -> new LocalWrites(work).publishOpen(itemId));
    }

    private <T> T unrefused(Act<T> act) {
        try {
            return always(act);
        } catch (RefusedException e) {
            throw new IllegalStateException("the end of a write is never refused", e);
        }
    }

    @Override
    public LocalItem hold(ItemId itemId) throws RefusedException {
        return always(work -> new LocalWrites(work).hold(itemId));
    }

    @Override
    public List<LocalItem> unsettled(ItemId after, int limit) {
        List<LocalItem> found = new ArrayList<>();
        ItemId last = after;
        while (found.size() < limit) {
            ItemId from = last;
            List<OverlayItem> page = store.read(view -> view.overlayItems(from, PAGE));
            for (OverlayItem row : page) {
                if (row.isUnsettled()) {
                    item(row.itemId()).ifPresent(found::add);
                }
            }
            if (page.size() < PAGE) {
                break;
            }
            last = page.getLast().itemId();
        }
        return found;
    }

    @Override
    public LocalItem createFolder(ItemId parentItemId, String name, int mode, long mtimeNs) throws RefusedException {
        return act(work -> new LocalEdits(work).createFolder(parentItemId, name, mode, mtimeNs));
    }

    @Override
    public LocalItem createSymlink(ItemId parentItemId, String name, String target, int mode, long mtimeNs)
            throws RefusedException {
        return act(work -> new LocalEdits(work).createSymlink(parentItemId, name, target, mode, mtimeNs));
    }

    @Override
    public RenameOutcome rename(
            ItemId parentItemId,
            String name,
            ItemId newParentItemId,
            String newName,
            boolean noReplace,
            @Nullable Sha256 seen)
            throws RefusedException {
        return act(work -> new Renames(work).rename(parentItemId, name, newParentItemId, newName, noReplace, seen));
    }

    @Override
    public LocalItem removeFile(ItemId parentItemId, String name) throws RefusedException {
        return act(work -> new LocalEdits(work).removeFile(parentItemId, name));
    }

    @Override
    public LocalItem removeFolder(ItemId parentItemId, String name) throws RefusedException {
        return act(work -> new LocalEdits(work).removeFolder(parentItemId, name));
    }

    @Override
    public LocalItem setMetadata(ItemId itemId, OptionalInt mode, OptionalLong mtimeNs) throws RefusedException {
        @Nullable Integer newMode = mode.isPresent() ? mode.getAsInt() : null;
        @Nullable Long newMtimeNs = mtimeNs.isPresent() ? mtimeNs.getAsLong() : null;
        return act(work -> new LocalEdits(work).setMetadata(itemId, newMode, newMtimeNs));
    }

    private <T> T glance(Function<LocalView, T> question) {
        return store.glance(view -> question.apply(new LocalView(view, rules.names())));
    }

    private <T> T read(Function<LocalView, T> question) {
        return store.read(view -> question.apply(new LocalView(view, rules.names())));
    }

    /** What the core makes of an act. */
    @FunctionalInterface
    private interface Act<T> {
        T in(Work work) throws RefusedException;
    }

    private <T> T act(Act<T> act) throws RefusedException {
        if (readOnly) {
            throw new RefusedException(Refusal.READ_ONLY, "this device has no access to the vault at present");
        }
        return always(act);
    }

    private <T> T always(Act<T> act) throws RefusedException {
        Done<T> done;
        try {
            done = store.write(transaction -> {
                Work work = new Work(transaction, rules, clockMs.getAsLong(), rhythm);
                try {
                    T result = act.in(work);
                    work.finish();
                    return new Done<>(result, work);
                } catch (RefusedException e) {
                    throw new RolledBack(e);
                }
            });
        } catch (RolledBack e) {
            throw e.refused;
        }
        if (!done.work.changes().isEmpty()) {
            listener.changed(done.work.changes().places(), done.work.changes().items());
            workWaiting.run();
        }
        if (!done.work.resolved().isEmpty()) {
            listener.resolved(List.copyOf(done.work.resolved()));
        }
        return done.result;
    }

    private record Done<T>(T result, Work work) {}

    /** Carries a refusal through the store, which rolls back on what it does not know. */
    private static final class RolledBack extends RuntimeException {

        private final RefusedException refused;

        RolledBack(RefusedException refused) {
            super(refused.getMessage(), refused, false, false);
            this.refused = refused;
        }
    }
}
