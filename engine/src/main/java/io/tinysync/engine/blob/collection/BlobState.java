package io.tinysync.engine.blob.collection;

import java.time.Instant;

/** What is noted of a blob besides that it is there; a blob of which nothing is noted is live and not leased. */
public sealed interface BlobState {

    /** Live, and not to be condemned before then: a mutation that names it may be on its way. */
    record Leased(Instant until) implements BlobState {}

    /** Nothing seemed to name it. It is still there, no new mutation may name it, and its bytes make it live again. */
    record Condemned(Instant since) implements BlobState {}

    /** It is going or gone; whoever has its bytes waits, and then stores them anew. */
    record Deleting(Instant since) implements BlobState {}
}
