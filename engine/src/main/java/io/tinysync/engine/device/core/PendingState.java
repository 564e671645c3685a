package io.tinysync.engine.device.core;

/** Where a pending op stands between the drive and the log. */
public enum PendingState {
    /** Not being asked of the server; may be merged with later ops or decided anew. */
    WAITING,
    /** At least one request carried it and no answer came; never altered. */
    SENT,
    /** Answered with a seq; stays until that entry is replayed. */
    ACCEPTED,
    /** Answered with a code that a rebase answers; decided anew once the log is replayed to its head. */
    REJECTED
}
