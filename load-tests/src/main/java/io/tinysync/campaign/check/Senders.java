package io.tinysync.campaign.check;

import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.OpId;

/** What the devices of one vault have sent so far. */
record Senders(SentOps ops, SentBlobs blobs, RequestNumbers numbers) {

    static Senders to(FinalLogIndex log) {
        return new Senders(new SentOps(log), new SentBlobs(), new RequestNumbers());
    }

    /** The replay has come to this entry. */
    void reached(Entry entry) {
        blobs.named(entry);
        OpId opId = entry.opId();
        if (opId != null) {
            ops.reached(opId);
        }
    }
}
