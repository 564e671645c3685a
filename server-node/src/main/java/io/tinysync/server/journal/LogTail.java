package io.tinysync.server.journal;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.vault.core.ChainedEntry;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The last entries of one vault's log, which were committed one after the other. Not thread-safe. */
final class LogTail {

    /** The largest page, in entries and in bytes: who is further behind is not one of many that pull after one commit. */
    private static final int MAX_ENTRIES = Limits.MAX_LOG_PAGE;

    private static final int MAX_BYTES = LogPageBuilder.MAX_PAGE_BYTES;

    private final Deque<Kept> kept = new ArrayDeque<>();
    private Cursor before;
    private Cursor head;
    private long bytes;
    private OptionalLong minRetainedSeq = OptionalLong.empty();

    private record Kept(Cursor cursor, ByteBuffer json) {

        byte[] bytes() {
            byte[] copy = new byte[json.remaining()];
            json.duplicate().get(copy);
            return copy;
        }
    }

    /** Of a log that ends at a cursor. */
    LogTail(Cursor head) {
        this.before = head;
        this.head = head;
    }

    Cursor head() {
        return head;
    }

    long bytes() {
        return bytes;
    }

    /** Takes entries that follow its head, and drops the oldest that are more than it keeps. */
    void add(List<ChainedEntry> entries) {
        for (ChainedEntry entry : entries) {
            Kept last = new Kept(entry.entry().cursor(), entry.json());
            kept.addLast(last);
            bytes += last.json().remaining();
            head = last.cursor();
        }
        while (kept.size() > MAX_ENTRIES || bytes > MAX_BYTES) {
            Kept oldest = kept.removeFirst();
            bytes -= oldest.json().remaining();
            before = oldest.cursor();
        }
    }

    /** The oldest entry that the journal serves, as it was read there. */
    void minRetainedSeqIs(long seq) {
        minRetainedSeq = OptionalLong.of(seq);
    }

    /**
     * The entries after a cursor; empty where only the journal can tell: if the cursor is older than the tail, at its head or above
     * it, or on another history, or if it is not known from where on the journal is served.
     */
    Optional<LogReply.Page> page(Cursor after, int limit) {
        if (minRetainedSeq.isEmpty() || after.seq() >= head.seq() || !holds(after)) {
            return Optional.empty();
        }
        LogPageBuilder page = new LogPageBuilder(limit);
        for (Kept entry : kept) {
            if (entry.cursor().seq() > after.seq() && !page.add(entry.bytes())) {
                break;
            }
        }
        var ends = new LogPageBuilder.Ends(head.seq(), head.epoch(), minRetainedSeq.getAsLong());
        return Optional.of(page.build(ends, LogReply.Source.TAIL));
    }

    /** Whether a cursor is on the part of the history that is here. */
    private boolean holds(Cursor cursor) {
        if (cursor.seq() == before.seq()) {
            return cursor.chain().equals(before.chain());
        }
        return kept.stream()
                .map(Kept::cursor)
                .anyMatch(at -> at.seq() == cursor.seq() && at.chain().equals(cursor.chain()));
    }
}
