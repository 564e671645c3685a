package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Cursor;

/**
 * Where a device stands in one vault; durable, replaced as a whole.
 *
 * @param cursor of the last entry applied
 * @param headSeq the highest head that the server has told; for the status only
 * @param bootstrapped whether a first snapshot was loaded (or an empty vault's log begun); until then the drive shows nothing
 * @param requestNo the number of the last mutations request, 0 before the first
 * @param rebaseDue whether replayed entries touched what is pending, so that it must be decided anew before more is sent
 * @param conflictCopies how many conflict copies this device has made
 */
public record SyncPosition(
        Cursor cursor, long headSeq, boolean bootstrapped, long requestNo, boolean rebaseDue, long conflictCopies) {

    /** Of a vault that was attached a moment ago. */
    public static final SyncPosition START = new SyncPosition(Cursor.START, 0, false, 0, false, 0);

    public SyncPosition withCursor(Cursor newCursor) {
        return new SyncPosition(newCursor, headSeq, bootstrapped, requestNo, rebaseDue, conflictCopies);
    }

    public SyncPosition withHeadSeq(long newHeadSeq) {
        return new SyncPosition(cursor, newHeadSeq, bootstrapped, requestNo, rebaseDue, conflictCopies);
    }

    public SyncPosition withBootstrapped() {
        return new SyncPosition(cursor, headSeq, true, requestNo, rebaseDue, conflictCopies);
    }

    /** The same, with a snapshot to be loaded before the log is followed again. */
    public SyncPosition notBootstrapped() {
        return new SyncPosition(cursor, headSeq, false, requestNo, rebaseDue, conflictCopies);
    }

    public SyncPosition withRequestNo(long newRequestNo) {
        return new SyncPosition(cursor, headSeq, bootstrapped, newRequestNo, rebaseDue, conflictCopies);
    }

    public SyncPosition withRebaseDue(boolean due) {
        return new SyncPosition(cursor, headSeq, bootstrapped, requestNo, due, conflictCopies);
    }

    public SyncPosition withConflictCopies(long count) {
        return new SyncPosition(cursor, headSeq, bootstrapped, requestNo, rebaseDue, count);
    }
}
