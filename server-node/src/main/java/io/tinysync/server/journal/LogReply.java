package io.tinysync.server.journal;

import org.apache.pekko.util.ByteString;

/** The answer to a question for entries after a cursor. */
public sealed interface LogReply {

    /** Where a page's entries were read. */
    enum Source {
        /** The node's memory of what was committed last; see {@link LogTails}. */
        TAIL,
        JOURNAL
    }

    /** A {@code LogPage} as JSON. */
    record Page(ByteString json, int entries, Source source) implements LogReply {}

    /** The cursor is of another history or above the head. */
    record Diverged() implements LogReply {}

    /** The cursor lies below the oldest entry that is kept. */
    record Truncated(long minRetainedSeq) implements LogReply {}
}
