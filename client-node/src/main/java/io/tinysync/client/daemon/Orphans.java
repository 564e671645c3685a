package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.client.content.KeptContents;
import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contents whose records were lost: the store is gone, or its log was damaged. They are set aside where nothing evicts them, until
 * the server's tree is here and names them; the rest may be something that a user wrote. Thread-safe.
 */
final class Orphans {

    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

    private final KeptContents contents;
    private volatile int left;
    private @Nullable Cursor settledAt;

    private Orphans(KeptContents contents) {
        this.contents = contents;
    }

    /** Those that were set aside before, and with {@code recordsLost} all that no record names now. */
    static Orphans of(Path directory, SqliteStore store, boolean recordsLost) {
        KeptContents contents = new KeptContents(directory);
        try {
            if (recordsLost) {
                contents.setAside(store.unnamed(contents.cached()));
            }
            Orphans orphans = new Orphans(contents);
            orphans.left = contents.asideNow().size();
            return orphans;
        } catch (IOException e) {
            throw Refusal.of("cannot set contents aside in " + contents.recovered(), e);
        }
    }

    /** Lets those go that are on the server or in a change that waits, if the server's tree is here and has changed. */
    synchronized void settle(SqliteStore store) {
        if (left == 0) {
            return;
        }
        SyncPosition position = store.read(StoreView::position);
        if (!position.bootstrapped() || position.cursor().equals(settledAt)) {
            return;
        }
        settledAt = position.cursor();
        try {
            Set<Sha256> aside = contents.asideNow();
            Set<Sha256> unnamed = store.unnamed(aside);
            aside.removeAll(unnamed);
            contents.release(aside);
            left = unnamed.size();
        } catch (IOException e) {
            LOG.warn("contents that were set aside could not be looked at", e);
        }
    }

    /** A sentence for the status, if any are left. */
    Optional<String> left() {
        return left == 0
                ? Optional.empty()
                : Optional.of("%d contents from before records were lost are not on the server: they are in %s,"
                                .formatted(left, contents.recovered())
                        + " 'tinysync rescue DIR' copies them out, remove them once you have what you need");
    }
}
