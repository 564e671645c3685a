package io.tinysync.client.store;

import io.tinysync.engine.protocol.ItemId;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which item of a table is found by a name, as far as a connection knows; it follows what is written. Several may claim a name for a moment, and
 * which of them is the first is the table's to say. Confined like its connection.
 */
final class KnownNames<V> {

    private final KnownRows<NameInFolder, V> rows = new KnownRows<>();
    private final Function<V, NameInFolder> nameOf;
    private final Function<V, ItemId> idOf;

    KnownNames(Function<V, NameInFolder> nameOf, Function<V, ItemId> idOf) {
        this.nameOf = nameOf;
        this.idOf = idOf;
    }

    Optional<V> find(NameInFolder name, KnownRows.Query<V> query) throws SQLException {
        return rows.find(name, query);
    }

    /** An item was written that is found by its name, and by no other any more. */
    void put(Optional<V> before, V now) {
        NameInFolder name = nameOf.apply(now);
        before.filter(item -> !nameOf.apply(item).equals(name)).ifPresent(this::remove);
        if (rows.isFree(name) || leadsTo(now)) {
            rows.changed(name, now);
        } else {
            rows.forget(name);
        }
    }

    /** An item is not found by its name any more; another may be. */
    void remove(V before) {
        if (leadsTo(before)) {
            rows.forget(nameOf.apply(before));
        }
    }

    private boolean leadsTo(V item) {
        return rows.holds(nameOf.apply(item), known -> idOf.apply(known).equals(idOf.apply(item)));
    }

    /** The rows may be others by now. */
    void forget() {
        rows.forget();
    }
}
