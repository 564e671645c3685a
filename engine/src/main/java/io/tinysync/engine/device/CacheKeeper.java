package io.tinysync.engine.device;

import io.tinysync.engine.device.ContentStore.Drop;
import io.tinysync.engine.device.ContentStore.NoSpaceException;
import io.tinysync.engine.device.core.CacheBudget;
import io.tinysync.engine.device.core.Eviction;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.NamedContents;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the contents of one vault within their budget: drops the longest unused first, and never what the server has not
 * acknowledged, what is pinned, held or open. Also drops contents that no item has any more. Whatever it cannot find out, it does
 * not drop. Thread-safe; blocks on disk and store.
 */
public final class CacheKeeper implements Room {

    private static final Logger LOG = LoggerFactory.getLogger(CacheKeeper.class);

    /** Walks over the disk for one need, each leaving out what was refused before. */
    private static final int MAX_ROUNDS = 8;

    private static final int REPLACED_PAGE = 256;

    private final DeviceStore store;
    private final NameRules names;
    private final ContentStore contents;
    private final CacheBudget budget;

    /** What all contents took at the last walk, less what had changed by then; -1 before the first. */
    private long baseBytes = -1;

    private Optional<Sha256> replacedAfter = Optional.empty();

    public CacheKeeper(DeviceStore store, NameRules names, ContentStore contents, CacheBudget budget) {
        this.store = store;
        this.names = names;
        this.contents = contents;
        this.budget = budget;
    }

    @Override
    public synchronized void require(long bytes) throws NoSpaceException {
        long excess = excess(bytes);
        if (excess > 0) {
            drop(budget.toDrop(excess));
            long still = excess(bytes);
            if (still > 0) {
                throw new NoSpaceException(bytes + " bytes do not fit: the cache's budget of " + budget.maxBytes()
                        + " bytes, with " + budget.minFreeBytes() + " to be left free on the disk, is short by " + still
                        + ", and nothing more can be dropped");
            }
        }
    }

    @Override
    public synchronized void makeFree(long bytes) {
        long missing = bytes - contents.freeBytes();
        if (missing > 0) {
            drop(budget.toDrop(missing));
        }
    }

    /** Drops what is over the budget by now, as far as it can go; returns whether all fits. */
    public synchronized boolean upkeep() {
        long excess = excess(0);
        if (excess > 0) {
            drop(budget.toDrop(excess));
        }
        return excess == 0 || excess(0) == 0;
    }

    private long excess(long comingBytes) {
        return budget.excess(usedBytes(), contents.freeBytes(), comingBytes);
    }

    private long usedBytes() {
        if (baseBytes < 0) {
            walk(_ -> {});
        }
        return Math.max(0, baseBytes + contents.changedBytes());
    }

    private void walk(Consumer<Eviction.Cached> each) {
        long changed = contents.changedBytes();
        AtomicLong total = new AtomicLong();
        try {
            contents.scan(cached -> {
                total.addAndGet(cached.sizeBytes());
                each.accept(cached);
            });
            baseBytes = total.get() - changed;
        } catch (IOException e) {
            LOG.warn("the contents cannot be walked through", e);
            baseBytes = Math.max(0, baseBytes);
        }
    }

    private void drop(long neededBytes) {
        Set<Sha256> refused = new HashSet<>();
        long dropped = 0;
        for (int round = 0; round < MAX_ROUNDS && dropped < neededBytes; round++) {
            Eviction eviction = new Eviction(neededBytes - dropped);
            walk(cached -> {
                if (!refused.contains(cached.sha256())) {
                    eviction.offer(cached);
                }
            });
            for (Eviction.Cached cached : eviction.chosen()) {
                if (evict(cached.sha256()) == Evicted.EVICTED) {
                    dropped += cached.sizeBytes();
                } else {
                    refused.add(cached.sha256());
                }
            }
            if (eviction.chosen().isEmpty()) {
                break;
            }
        }
        LOG.debug("dropped {} bytes of contents, {} were to go", dropped, neededBytes);
    }

    /** What became of a content that is not to be here any more. */
    public enum Evicted {
        EVICTED,
        /** It was not here. */
        NOT_HERE,
        /** A program has it open. */
        IN_USE,
        /** The server does not have it yet, or it never leaves this device. */
        UNACKNOWLEDGED,
        PINNED
    }

    /** Drops a content, unless something keeps it. */
    public Evicted evict(Sha256 sha256) {
        AtomicReference<Optional<NamedContents.Reason>> asked = new AtomicReference<>(Optional.empty());
        Drop drop = dropIf(sha256, () -> {
            asked.set(reason(sha256));
            return durably(asked.get().isEmpty() || asked.get().get() == NamedContents.Reason.NAMED);
        });
        return switch (drop) {
            case DROPPED -> Evicted.EVICTED;
            case ABSENT -> Evicted.NOT_HERE;
            case IN_USE -> Evicted.IN_USE;
            case KEPT ->
                asked.get().equals(Optional.of(NamedContents.Reason.PINNED)) ? Evicted.PINNED : Evicted.UNACKNOWLEDGED;
        };
    }

    /**
     * Whether a content may go, by records that are on stable storage then: what is dropped does not come back, and a record that
     * named it would, if the power went before the one that replaced it was written.
     */
    private boolean durably(boolean mayGo) {
        if (mayGo) {
            store.makeDurable();
        }
        return mayGo;
    }

    private Drop dropIf(Sha256 sha256, BooleanSupplier condition) {
        try {
            return contents.drop(sha256, condition);
        } catch (IOException e) {
            LOG.warn("{} cannot be dropped", sha256, e);
            return Drop.KEPT;
        }
    }

    private Optional<NamedContents.Reason> reason(Sha256 sha256) {
        return store.<Optional<NamedContents.Reason>>read(view -> reason(view, sha256));
    }

    private Optional<NamedContents.Reason> reason(StoreView view, Sha256 sha256) {
        return new NamedContents(view, new LocalView(view, names)).reason(sha256);
    }

    /** Drops, of some contents that an item had and has no more, those that no other has and that are not open. */
    public synchronized void dropReplaced() {
        Optional<Sha256> after = replacedAfter;
        List<Sha256> page = store.<List<Sha256>>read(view -> view.replacedContents(after, REPLACED_PAGE));
        replacedAfter = page.size() < REPLACED_PAGE ? Optional.empty() : Optional.of(page.getLast());
        List<Sha256> gone = page.stream().filter(this::isGone).toList();
        if (!page.isEmpty()) {
            int settled = store.<Integer>write(transaction -> forgetSettled(transaction, page, gone));
            LOG.debug("of {} replaced contents {} are gone, {} settled", page.size(), gone.size(), settled);
        }
    }

    private boolean isGone(Sha256 sha256) {
        Drop drop = dropIf(sha256, () -> durably(reason(sha256).isEmpty()));
        return drop == Drop.DROPPED || drop == Drop.ABSENT;
    }

    /** What is named again is no matter of this list any more; what is open or not acknowledged comes up again. */
    private int forgetSettled(StoreTransaction transaction, List<Sha256> page, List<Sha256> gone) {
        int settled = 0;
        for (Sha256 sha256 : page) {
            Optional<NamedContents.Reason> reason = reason(transaction, sha256);
            boolean named = reason.isPresent() && reason.get() != NamedContents.Reason.UNACKNOWLEDGED;
            if (named || gone.contains(sha256)) {
                transaction.forgetReplaced(sha256);
                settled++;
            }
        }
        return settled;
    }
}
