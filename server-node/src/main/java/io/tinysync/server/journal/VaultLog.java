package io.tinysync.server.journal;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.journal.LogPageBuilder.Ends;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Pages of a vault's log, from the node's memory where that holds entries beyond the cursor, and else from the journal, so that
 * what is refused and what is said to be the end was so when it was asked. Calls block.
 */
public final class VaultLog {

    private static final int FETCH_SIZE = 250;

    private static final Ends OF_EMPTY_LOG = new Ends(0, Cursor.START.epoch(), 1);

    private final Database database;
    private final LogTails tails;

    public VaultLog(Database database, LogTails tails) {
        this.database = database;
        this.tails = tails;
    }

    /**
     * The entries after a cursor.
     *
     * @param limit how many at most, from 1
     */
    public LogReply read(VaultId vaultId, Cursor after, int limit) {
        Optional<LogReply.Page> hot = tails.page(vaultId, after, limit);
        return hot.isPresent() ? hot.get() : readJournal(vaultId, after, limit);
    }

    private LogReply readJournal(VaultId vaultId, Cursor after, int limit) {
        return database.transact(statements -> {
            Reading page = new Reading(after, limit);
            statements.visit(
                    FETCH_SIZE,
                    row -> page.add(row.getLong(1), row.getBytes(2)),
                    """
                    SELECT sequence_number, event_payload FROM event_journal
                    WHERE persistence_id = ? AND sequence_number >= ? AND NOT deleted
                    ORDER BY sequence_number LIMIT ?""",
                    PostgresJournal.key(vaultId),
                    after.seq(),
                    after.seq() == 0 ? limit : limit + 1);
            Ends ends = ends(statements, vaultId);
            tails.minRetainedSeqIs(vaultId, ends.minRetainedSeq());
            if (page.lacksCursor()) {
                PostgresLogIndex.chain(statements, vaultId, after.seq()).ifPresent(page::cursorIsAt);
            }
            return reply(page, after, ends);
        });
    }

    /** Read after the page, so that the head is never below the page's last entry. */
    private static Ends ends(Statements statements, VaultId vaultId) throws SQLException {
        return statements
                .first(
                        row -> new Ends(
                                row.getLong(1),
                                EntryJson.parsed(row.getBytes(2)).path("epoch").longValue(),
                                row.getLong(3)),
                        """
                        SELECT sequence_number, event_payload,
                            (SELECT min(sequence_number) FROM event_journal WHERE persistence_id = ? AND NOT deleted)
                        FROM event_journal WHERE persistence_id = ? AND NOT deleted
                        ORDER BY sequence_number DESC LIMIT 1""",
                        PostgresJournal.key(vaultId),
                        PostgresJournal.key(vaultId))
                .orElse(OF_EMPTY_LOG);
    }

    private static LogReply reply(Reading page, Cursor after, Ends ends) {
        if (after.seq() > ends.headSeq()) {
            return new LogReply.Diverged();
        }
        if (!page.lacksCursor() && !page.cursorFits()) {
            return new LogReply.Diverged();
        }
        return after.seq() + 1 < ends.minRetainedSeq() || page.lacksCursor()
                ? new LogReply.Truncated(ends.minRetainedSeq())
                : page.build(ends);
    }

    /** A page, and what the journal or the log index say of the cursor that it follows. */
    private static final class Reading {

        private final Cursor after;
        private final LogPageBuilder page;
        private Optional<Chain> chainAtCursor;

        Reading(Cursor after, int limit) {
            this.after = after;
            this.page = new LogPageBuilder(limit);
            this.chainAtCursor = after.seq() == 0 ? Optional.of(Chain.START) : Optional.empty();
        }

        /** Takes a row; false once the page is full. */
        boolean add(long seq, byte[] event) {
            if (seq == after.seq()) {
                chainAtCursor = Optional.of(
                        Chain.parse(EntryJson.parsed(event).path("chain").textValue()));
                return true;
            }
            return page.add(EntryJson.bytes(event));
        }

        /** What the journal no longer has. */
        void cursorIsAt(Chain chain) {
            chainAtCursor = Optional.of(chain);
        }

        boolean lacksCursor() {
            return chainAtCursor.isEmpty();
        }

        boolean cursorFits() {
            return chainAtCursor.equals(Optional.of(after.chain()));
        }

        LogReply.Page build(Ends ends) {
            return page.build(ends, LogReply.Source.JOURNAL);
        }
    }
}
