package io.tinysync.server.journal;

import org.apache.pekko.util.ByteString;

/** The answer to a question for entries after a cursor. */
public sealed interface LogReply {

    /** A {@code LogPage} as JSON. */
    record Page(ByteString json, int entries) implements LogReply {}

    /** The cursor is of another history or above the head. */
    record Diverged() implements LogReply {}

    /** The cursor lies below the oldest entry that is kept. */
    record Truncated(long minRetainedSeq) implements LogReply {}
}
