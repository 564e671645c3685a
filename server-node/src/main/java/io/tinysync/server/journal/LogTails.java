package io.tinysync.server.journal;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.ChainedEntry;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ends of the logs that this node's vaults have written to last, in memory: many devices that pull after one commit are answered
 * without the journal. Only what is committed is here, as its vault tells it; what is here may end before the journal does, so that
 * it answers only with entries that follow a cursor, and everything else is the journal's to say. Thread-safe.
 */
public final class LogTails {

    /** All tails together; beyond it the one goes that was used the longest ago. Some 30,000 entries. */
    private static final long MAX_BYTES = 16L << 20;

    /** More are not written to at once by what one node serves. */
    private static final int MAX_VAULTS = 1_000;

    private static final float LOAD_FACTOR = 0.75f;

    private final Map<VaultId, LogTail> tails = new LinkedHashMap<>(16, LOAD_FACTOR, true);
    private long bytes;

    /** A vault's log ends at this cursor, whatever was heard of it before. */
    public synchronized void endsAt(VaultId vault, Cursor head) {
        LogTail tail = tails.get(vault);
        if (tail != null && !tail.head().equals(head)) {
            forget(vault);
        }
    }

    /** Entries follow what a vault's log held; they are committed. */
    public synchronized void committed(VaultId vault, Cursor before, List<ChainedEntry> entries) {
        endsAt(vault, before);
        LogTail tail = tails.computeIfAbsent(vault, id -> new LogTail(before));
        bytes -= tail.bytes();
        tail.add(entries);
        bytes += tail.bytes();
        while (bytes > MAX_BYTES || tails.size() > MAX_VAULTS) {
            forgetEldest();
        }
    }

    private void forgetEldest() {
        Iterator<LogTail> eldest = tails.values().iterator();
        bytes -= eldest.next().bytes();
        eldest.remove();
    }

    /** Also when the journal begins at another entry than before. */
    public synchronized void forget(VaultId vault) {
        LogTail tail = tails.remove(vault);
        bytes -= tail == null ? 0 : tail.bytes();
    }

    /** The oldest entry that the journal serves, as it was just read. */
    synchronized void minRetainedSeqIs(VaultId vault, long seq) {
        LogTail tail = tails.get(vault);
        if (tail != null) {
            tail.minRetainedSeqIs(seq);
        }
    }

    /** The entries after a cursor; empty where only the journal can tell. */
    synchronized Optional<LogReply.Page> page(VaultId vault, Cursor after, int limit) {
        return Optional.ofNullable(tails.get(vault)).flatMap(tail -> tail.page(after, limit));
    }
}
