package io.tinysync.client.store;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Values of a JSON column by their text, so that a row that is read again and again, as pending ops are while they wait, is parsed
 * once. Thread-safe; the values are immutable.
 */
final class ParsedColumn<T> {

    /** Some 4 MB; a window of what is sent next is 256 ops. */
    private static final int MAX_VALUES = 2048;

    private final Class<T> type;
    private final Map<String, T> values = new ConcurrentHashMap<>();

    ParsedColumn(Class<T> type) {
        this.type = type;
    }

    T read(String json) throws SQLException {
        T known = values.get(json);
        if (known != null) {
            return known;
        }
        T value = Columns.read(json, type);
        if (values.size() >= MAX_VALUES) {
            values.clear();
        }
        values.put(json, value);
        return value;
    }
}
