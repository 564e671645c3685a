package io.tinysync.client.store;

import io.tinysync.engine.protocol.ItemId;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table that a connection has read or written, and ids of which it has found that there is none: an act asks for the
 * same few items again and again. The writer's stay right from one transaction to the next, as nobody else writes, until one is
 * rolled back; a reader's are those of one transaction. Confined like its connection.
 */
final class KnownRows<V> {

    /** A rebase goes through all rows once; what an act needs are some ten. About 1 MB. */
    private static final int MAX_ROWS = 2048;

    /** Finds a row that is not known. */
    interface Query<V> {
        Optional<V> run() throws SQLException;
    }

    private final Map<ItemId, Optional<V>> rows = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ItemId, Optional<V>> eldest) {
            return size() > MAX_ROWS;
        }
    };

    Optional<V> find(ItemId itemId, Query<V> query) throws SQLException {
        Optional<V> known = rows.get(itemId);
        if (known == null) {
            known = query.run();
            rows.put(itemId, known);
        }
        return known;
    }

    /** The row was written, or removed. */
    void changed(ItemId itemId, @Nullable V row) {
        rows.put(itemId, Optional.ofNullable(row));
    }

    void forget() {
        rows.clear();
    }
}
