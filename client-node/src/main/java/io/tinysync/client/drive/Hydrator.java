package io.tinysync.client.drive;

import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.protocol.Content;
import java.util.concurrent.CompletionStage;

/** Brings contents to this device. Thread-safe. */
@FunctionalInterface
public interface Hydrator {

    /**
     * Asks for a content's bytes. Repeatable: requests for one content share one download. The stage always completes, with a
     * failure once no byte has come for as long as the hydrator waits; it never completes exceptionally for the network's sake.
     */
    CompletionStage<HydrationResult> hydrate(Content content);
}
