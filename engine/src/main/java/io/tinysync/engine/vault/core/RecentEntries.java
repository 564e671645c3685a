package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.vavr.collection.Vector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The chains and items of the log's last entries; a persistent value. */
record RecentEntries(long firstSeq, Vector<Kept> kept) {

    /**
     * How many are kept: two of the largest log pages, so that a device in normal use checks its cursor in memory; one that is
     * further behind costs an indexed read.
     */
    static final int LIMIT = 2000;

    /** What is kept of an entry. */
    record Kept(Chain chain, @Nullable Item item) {}

    /** None, at a log whose next entry has this seq. */
    static RecentEntries before(long nextSeq) {
        return new RecentEntries(nextSeq, Vector.empty());
    }

    RecentEntries with(Entry entry) {
        Vector<Kept> longer = kept.append(new Kept(entry.chain(), entry.item()));
        return longer.size() <= LIMIT
                ? new RecentEntries(firstSeq, longer)
                : new RecentEntries(firstSeq + 1, longer.drop(1));
    }

    Optional<Kept> at(long seq) {
        long index = seq - firstSeq;
        return index < 0 || index >= kept.size() ? Optional.empty() : Optional.of(kept.get((int) index));
    }
}
