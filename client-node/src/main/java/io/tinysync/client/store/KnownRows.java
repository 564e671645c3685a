package io.tinysync.client.store;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table that a connection has read or written, by what they are found by, and keys of which it has found that there is none: an
 * act asks for the same few items again and again. The writer's stay right from one transaction to the next, as nobody else writes, until one is
 * rolled back; a reader's are those of one transaction. Confined like its connection.
 */
final class KnownRows<K, V> {

    /** A rebase goes through all rows once; what an act needs are some ten. About 1 MB. */
    private static final int MAX_ROWS = 2048;

    /** Finds a row that is not known. */
    interface Query<V> {
        Optional<V> run() throws SQLException;
    }

    private final Map<K, Optional<V>> rows = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Optional<V>> eldest) {
            return size() > MAX_ROWS;
        }
    };

    Optional<V> find(K key, Query<V> query) throws SQLException {
        Optional<V> known = rows.get(key);
        if (known == null) {
            known = query.run();
            rows.put(key, known);
        }
        return known;
    }

    /** Whether it is known that there is no row of this key. */
    boolean isFree(K key) {
        Optional<V> known = rows.get(key);
        return known != null && known.isEmpty();
    }

    /** Whether the row of this key is known, and is such a one. */
    boolean holds(K key, Predicate<V> such) {
        Optional<V> known = rows.get(key);
        return known != null && known.filter(such).isPresent();
    }

    /** The row was written, or removed. */
    void changed(K key, @Nullable V row) {
        rows.put(key, Optional.ofNullable(row));
    }

    /** What is found by this key may be another by now. */
    void forget(K key) {
        rows.remove(key);
    }

    /** Keeps a row that is known right by the same change. */
    void follow(K key, UnaryOperator<V> change) {
        rows.computeIfPresent(key, (_, row) -> row.map(change));
    }

    void forget() {
        rows.clear();
    }
}
