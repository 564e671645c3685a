package io.tinysync.client.store;

import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The pending ops' table and its rows. */
final class PendingRows {

    private static final String COLUMNS =
            "position, op_id, intent, state, wire, accepted_seq, code, attempts," + " not_before_ms, observed_ms";
    static final String SELECT = "SELECT " + COLUMNS + " FROM pending";

    private final Sql sql;
    private final KnownRows<ItemId, List<PendingOp>> known = new KnownRows<>();
    private final ParsedColumn<Intent> intents;
    private final ParsedColumn<Op> wires;

    PendingRows(Sql sql, ParsedColumn<Intent> intents, ParsedColumn<Op> wires) {
        this.sql = sql;
        this.intents = intents;
        this.wires = wires;
    }

    Optional<PendingOp> byId(OpId opId) throws SQLException {
        return sql.first(this::read, SELECT + " WHERE op_id = ?", (Object) Columns.bytes(opId.value()));
    }

    List<PendingOp> after(long position, int limit) throws SQLException {
        return sql.all(this::read, SELECT + " WHERE position > ? ORDER BY position LIMIT ?", position, limit);
    }

    /** Nearly all wait, so that only the others have an index, which this finds by its very words. */
    List<PendingOp> inState(PendingState state, int limit) throws SQLException {
        String others = state == PendingState.WAITING ? "" : "state <> 'WAITING' AND ";
        return sql.all(
                this::read, SELECT + " WHERE " + others + "state = ? ORDER BY position LIMIT ?", state.name(), limit);
    }

    List<PendingOp> refused(int limit) throws SQLException {
        return sql.all(
                this::read, SELECT + " WHERE state = 'WAITING' AND code IS NOT NULL ORDER BY position LIMIT ?", limit);
    }

    List<PendingOp> ofItem(ItemId itemId) throws SQLException {
        return known.find(itemId, () -> Optional.of(List.copyOf(readOfItem(itemId))))
                .orElseThrow();
    }

    private List<PendingOp> readOfItem(ItemId itemId) throws SQLException {
        return sql.all(this::read, SELECT + " WHERE item_id = ? ORDER BY position", (Object) Columns.bytes(itemId));
    }

    /** The rows may be others by now. */
    void forget() {
        known.forget();
    }

    long oldestObservedMs() throws SQLException {
        return sql.first(row -> row.getLong(1), "SELECT ifnull(min(observed_ms), 0) FROM pending")
                .orElse(0L);
    }

    static long bytes(PendingOp op) {
        Content gives = op.intent().gives();
        return gives == null ? 0 : gives.size();
    }

    /** Writes what changes of an op while it goes on. Its form is set when it is sent, and stays. */
    void advance(PendingOp op) throws SQLException {
        known.follow(op.itemId(), ops -> with(op, without(op.opId(), ops)));
        RejectionCode code = op.code();
        Op set = op.state() == PendingState.SENT ? op.wire() : null;
        sql.update(
                "UPDATE pending SET state = ?, wire = coalesce(?, wire), accepted_seq = ?, code = ?, attempts = ?,"
                        + " not_before_ms = ? WHERE op_id = ?",
                op.state().name(),
                set == null ? null : Columns.json(set),
                op.acceptedSeq(),
                code == null ? null : code.name(),
                op.attempts(),
                op.notBeforeMs(),
                Columns.bytes(op.opId().value()));
    }

    /** Adds the op; one with its op_id is gone already. */
    void add(PendingOp op) throws SQLException {
        known.follow(op.itemId(), ops -> with(op, ops));
        Op wire = op.wire();
        RejectionCode code = op.code();
        sql.update(
                "INSERT INTO pending (" + COLUMNS + ", item_id, bytes, sha256) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                op.position(),
                Columns.bytes(op.opId().value()),
                Columns.json(op.intent()),
                op.state().name(),
                wire == null ? null : Columns.json(wire),
                op.acceptedSeq(),
                code == null ? null : code.name(),
                op.attempts(),
                op.notBeforeMs(),
                op.observedMs(),
                Columns.bytes(op.itemId()),
                bytes(op),
                Columns.sha256(op.intent().gives()));
    }

    /** Whether an op gives this content. */
    boolean gives(Sha256 sha256) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM pending WHERE sha256 = ? LIMIT 1", (Object) sha256.toBytes())
                .isPresent();
    }

    /** Removes the op; the bytes that it gives, as they were counted when it was put, or nothing if there is no such op. */
    Optional<Long> remove(OpId opId) throws SQLException {
        return sql.first(
                row -> removed(opId, row), "DELETE FROM pending WHERE op_id = ? RETURNING bytes, item_id", (Object)
                        Columns.bytes(opId.value()));
    }

    private long removed(OpId opId, ResultSet row) throws SQLException {
        known.follow(Columns.itemId(row.getBytes(2)), ops -> without(opId, ops));
        return row.getLong(1);
    }

    private static List<PendingOp> with(PendingOp op, List<PendingOp> others) {
        return Stream.concat(others.stream(), Stream.of(op))
                .sorted(Comparator.comparingLong(PendingOp::position))
                .toList();
    }

    private static List<PendingOp> without(OpId opId, List<PendingOp> ops) {
        return ops.stream().filter(op -> !op.opId().equals(opId)).toList();
    }

    PendingOp read(ResultSet row) throws SQLException {
        String wire = row.getString(5);
        String code = row.getString(7);
        return new PendingOp(
                row.getLong(1),
                Columns.opId(row.getBytes(2)),
                intents.read(row.getString(3)),
                PendingState.valueOf(row.getString(4)),
                wire == null ? null : wires.read(wire),
                Columns.nullableLong(row, 6),
                code == null ? null : RejectionCode.valueOf(code),
                row.getInt(8),
                row.getLong(9),
                row.getLong(10));
    }
}
