package io.tinysync.client.store;

import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.protocol.Op;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.UnaryOperator;

/** One connection with the tables that are read and changed through it. Confined to one thread at a time. */
record SqliteTables(
        Sql sql, List<ServerRows> trees, OverlayRows overlay, PendingRows pending, PinRows pins, ReplacedRows replaced)
        implements AutoCloseable {

    /** What the connections of one store share. */
    record Parsed(ParsedColumn<Intent> intents, ParsedColumn<Op> wires) {
        Parsed() {
            this(new ParsedColumn<>(Intent.class), new ParsedColumn<>(Op.class));
        }
    }

    static SqliteTables open(Path file, UnaryOperator<String> nameKey, Parsed parsed) throws SQLException {
        return of(Sql.open(file), nameKey, parsed);
    }

    static SqliteTables of(Sql sql, UnaryOperator<String> nameKey, Parsed parsed) {
        return new SqliteTables(
                sql,
                List.of(new ServerRows(sql, 0, nameKey), new ServerRows(sql, 1, nameKey)),
                new OverlayRows(sql, nameKey),
                new PendingRows(sql, parsed.intents(), parsed.wires()),
                new PinRows(sql),
                new ReplacedRows(sql));
    }

    /** What was read so far may be other by now: this connection sees another state. */
    void forget() {
        trees.forEach(ServerRows::forget);
        overlay.forget();
        pending.forget();
    }

    ServerRows server(int tree) {
        return trees.get(tree);
    }

    @Override
    public void close() throws SQLException {
        sql.close();
    }
}
