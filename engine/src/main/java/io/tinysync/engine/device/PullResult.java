package io.tinysync.engine.device;

/** What became of one request for the log or a snapshot. */
sealed interface PullResult {

    /**
     * Entries were applied, or there were none.
     *
     * @param seq of the last entry that is applied now
     * @param atHead if the log had no more
     */
    record Applied(long seq, boolean atHead) implements PullResult {}

    /** A snapshot was adopted; the log goes on after it. */
    record Adopted() implements PullResult {}

    /** The log cannot help; {@code rejoin} if it is another history. */
    record NeedsSnapshot(boolean rejoin) implements PullResult {}

    record Refused(Answers.Refused answer) implements PullResult {}
}
