package io.tinysync.server.journal;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Pages of a vault's log, straight from the journal: what is answered was committed when it was asked. Calls block. */
public final class VaultLog {

    /** A page ends with the entry that takes it over this; one entry has a few KiB at most. */
    private static final int MAX_PAGE_BYTES = 1 << 20;

    private static final int FETCH_SIZE = 250;

    private final Database database;

    public VaultLog(Database database) {
        this.database = database;
    }

    /** The newest entry, and the seq of the oldest. */
    private record Ends(long headSeq, long epoch, long minRetainedSeq) {
        static final Ends OF_EMPTY_LOG = new Ends(0, Cursor.START.epoch(), 1);
    }

    /**
     * The entries after a cursor.
     *
     * @param limit how many at most, from 1
     */
    public LogReply read(VaultId vaultId, Cursor after, int limit) {
        return database.transact(statements -> {
            PageBuilder page = new PageBuilder(after, limit);
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
                .orElse(Ends.OF_EMPTY_LOG);
    }

    private static LogReply reply(PageBuilder page, Cursor after, Ends ends) {
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

    /** Gathers the entries of one page. */
    private static final class PageBuilder {

        private final Cursor after;
        private final int maxEntries;
        private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
        private int count;
        private Optional<Chain> chainAtCursor;

        PageBuilder(Cursor after, int maxEntries) {
            this.after = after;
            this.maxEntries = maxEntries;
            this.chainAtCursor = after.seq() == 0 ? Optional.of(Chain.START) : Optional.empty();
        }

        /** Takes a row; false once the page is full. */
        boolean add(long seq, byte[] event) {
            if (seq == after.seq()) {
                chainAtCursor = Optional.of(
                        Chain.parse(EntryJson.parsed(event).path("chain").textValue()));
                return true;
            }
            if (count > 0) {
                entries.write(',');
            }
            entries.writeBytes(EntryJson.bytes(event));
            count++;
            return entries.size() < MAX_PAGE_BYTES && count < maxEntries;
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
            String head = "{\"epoch\":" + ends.epoch() + ",\"head_seq\":" + ends.headSeq() + ",\"min_retained_seq\":"
                    + ends.minRetainedSeq() + ",\"entries\":[";
            ByteArrayOutputStream page = new ByteArrayOutputStream(head.length() + entries.size() + 2);
            page.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
            page.writeBytes(entries.toByteArray());
            page.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
            return new LogReply.Page(ByteString.fromArrayUnsafe(page.toByteArray()), count);
        }
    }
}
