package io.tinysync.client.store;

import io.tinysync.client.Refusal;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What can still be read of a store, damaged or not. Never changes the file. A table is read from both of its ends, up to where it
 * is damaged; what could not be read is told by {@link #problems}. Confined to one thread.
 */
public final class Salvage implements AutoCloseable {

    private final @Nullable SalvageCopy copy;
    private final @Nullable Sql sql;
    private final Set<String> problems = new LinkedHashSet<>();
    private final Map<String, PendingOp> pending = new LinkedHashMap<>();
    private final Map<ItemId, OverlayItem> overlay = new LinkedHashMap<>();
    private final Set<ItemId> pins = new LinkedHashSet<>();
    private int tree;
    private SyncPosition position = SyncPosition.START;

    private Salvage(@Nullable SalvageCopy copy, @Nullable Sql sql) {
        this.copy = copy;
        this.sql = sql;
    }

    /**
     * Reads a store.
     *
     * @param inUse whether a daemon has the file open; then it is read in place, as SQLite allows, else a copy is
     */
    public static Salvage of(Path store, boolean inUse) {
        try {
            Salvage salvage = opened(store, inUse);
            salvage.read();
            return salvage;
        } catch (IOException e) {
            throw Refusal.of("cannot copy the device's store " + store, e);
        }
    }

    private static Salvage opened(Path store, boolean inUse) throws IOException {
        if (!Files.exists(store)) {
            Salvage nothing = new Salvage(null, null);
            nothing.problems.add("there is no store " + store);
            return nothing;
        }
        if (inUse) {
            try {
                return new Salvage(null, Sql.open(store));
            } catch (SQLException e) {
                // What is damaged is read from a copy instead.
            }
        }
        SalvageCopy copy = SalvageCopy.of(store);
        Sql sql = copy.open().orElse(null);
        Salvage salvage = new Salvage(copy, sql);
        if (sql == null) {
            salvage.problems.add("nothing of the store " + store + " can be read");
        }
        return salvage;
    }

    private void read() {
        if (sql == null) {
            return;
        }
        tried("where the device stands", () -> {
            StoreState state = StoreState.load(sql);
            tree = state.tree();
            position = state.position();
        });
        SqliteTables tables = SqliteTables.of(sql, name -> name, new SqliteTables.Parsed());
        fromBothEnds(
                "changes",
                PendingRows.SELECT,
                "position",
                tables.pending()::read,
                op -> pending.putIfAbsent(op.opId().toString(), op));
        fromBothEnds(
                "files changed here",
                OverlayRows.SELECT,
                "item_id",
                OverlayRows::read,
                row -> overlay.putIfAbsent(row.itemId(), row));
        if (hasPins()) {
            fromBothEnds("pins", PinRows.SELECT, "item_id", PinRows::read, pins::add);
        }
        tried(
                "the whole file",
                () -> sql.first(row -> row.getString(1), "PRAGMA quick_check(1)")
                        .filter(said -> !said.equals("ok"))
                        .ifPresent(said -> problems.add("the store is damaged: " + said.replace('\n', ' '))));
    }

    /** A store of an early version has none. */
    private boolean hasPins() {
        boolean[] found = {false};
        tried(
                "the list of tables",
                () -> found[0] = sql().first(row -> true, "SELECT 1 FROM sqlite_master WHERE name = 'pin'")
                        .isPresent());
        return found[0];
    }

    private <T> void fromBothEnds(String what, String select, String key, Sql.Row<T> reader, Consumer<T> to) {
        for (String order : List.of(" ASC", " DESC")) {
            String query = select + " ORDER BY " + key + order;
            Optional<String> failure =
                    told(() -> sql().each(row -> read(what, reader, row), found -> found.ifPresent(to), query));
            if (failure.isEmpty()) {
                return;
            }
            problems.add("some " + what + " cannot be read: " + failure.get());
        }
    }

    /** A row that holds nonsense is passed over, and the next one read. */
    private <T> Optional<T> read(String what, Sql.Row<T> reader, ResultSet row) {
        try {
            return Optional.of(reader.read(row));
        } catch (SQLException | RuntimeException e) {
            problems.add("some " + what + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private interface Attempt {
        void run() throws SQLException;
    }

    private void tried(String what, Attempt attempt) {
        told(attempt).ifPresent(failure -> problems.add(what + " cannot be read: " + failure));
    }

    private static Optional<String> told(Attempt attempt) {
        try {
            attempt.run();
            return Optional.empty();
        } catch (SQLException | RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Sql sql() {
        if (sql == null) {
            throw new IllegalStateException("there is no store to read");
        }
        return sql;
    }

    /** Where the device stood; at the start where that cannot be read. */
    public SyncPosition position() {
        return position;
    }

    /** The pending ops, in their order. */
    public List<PendingOp> pending() {
        List<PendingOp> ops = new ArrayList<>(pending.values());
        ops.sort(Comparator.comparingLong(PendingOp::position));
        return ops;
    }

    /** The overlay's items, those that are gone here included. */
    public Map<ItemId, OverlayItem> overlay() {
        return overlay;
    }

    /** The items that a person wants to be on this device. */
    public Set<ItemId> pins() {
        return pins;
    }

    /** The server's item as last replayed, if it can be read. */
    public Optional<Item> serverItem(ItemId itemId) {
        if (sql == null) {
            return Optional.empty();
        }
        try {
            return new ServerRows(sql, tree, name -> name).byId(itemId);
        } catch (SQLException | RuntimeException e) {
            problems.add("some of the server's items cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Gives every one of the server's items that can be read. */
    public void eachServerItem(Consumer<Item> to) {
        if (sql != null) {
            fromBothEnds("of the server's items", ServerRows.all(tree), "item_id", ServerRows::read, to);
        }
    }

    /** What could not be read, one sentence each; empty if the store is whole. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    public boolean isWhole() {
        return problems.isEmpty();
    }

    @Override
    public void close() {
        try {
            if (sql != null) {
                sql.close();
            }
            if (copy != null) {
                copy.close();
            }
        } catch (SQLException | IOException e) {
            throw Refusal.of("cannot remove the copy of the store", e);
        }
    }
}
