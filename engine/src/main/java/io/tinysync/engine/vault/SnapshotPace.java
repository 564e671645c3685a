package io.tinysync.engine.vault;

import io.tinysync.engine.vault.core.VaultState;
import org.apache.pekko.persistence.typed.SnapshotAdapter;

/**
 * When a vault's state is saved: after as many events as a sixteenth of its size, so that saving costs a constant part of each event however
 * large the vault is, and at least {@link #MIN_EVENTS}. As the adapter it hears of every snapshot that is read or written.
 */
final class SnapshotPace implements SnapshotAdapter<VaultState> {

    /** Replaying so many events takes milliseconds; saving more often would gain nothing. */
    static final long MIN_EVENTS = 1000;

    /**
     * On two cores a process starts in two seconds and a half, a state of a million items is read in a little over three, and a sixteenth of
     * a million events is replayed in a little over two: a vault is back in ten. Each event pays for saving and proving sixteen items, some
     * 100 µs of a background thread.
     */
    private static final long EVENTS_PART = 16;

    private long savedSeq;

    /** Whether the state after this event is to be saved, for a state of about that size. */
    boolean isDue(long seq, long size) {
        return seq - savedSeq >= Math.max(MIN_EVENTS, size / EVENTS_PART);
    }

    @Override
    public Object toJournal(VaultState state) {
        savedSeq = state.cursor().seq();
        return state;
    }

    @Override
    public VaultState fromJournal(Object snapshot) {
        VaultState state = (VaultState) snapshot;
        savedSeq = state.cursor().seq();
        return state;
    }
}
