package io.tinysync.client.drive;

import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.protocol.Content;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Brings contents to this device. Thread-safe; nothing here waits. */
public interface Hydrator {

    /** A file has this content, which is not here, and was opened: it is fetched, as far as it goes until it is closed. */
    void opened(Content content);

    /** The other end of each {@link #opened}. After the last one nothing more is fetched that no read waits for. */
    void closed(Content content);

    /** Begins to fetch small contents that are likely to be opened next; nobody waits for them, and nothing is said if they do not come. */
    void fetchAhead(List<Content> contents);

    /**
     * Asks for a part of a content. Repeatable: requests for one content share what is fetched. The stage always completes, with a
     * failure once no byte has come for as long as the hydrator waits; it never completes exceptionally for the network's sake.
     */
    CompletionStage<HydrationResult> await(Content content, long offset, long length);
}
