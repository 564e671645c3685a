package io.tinysync.engine.device;

/** An open interest in wakes. */
public interface WakeSubscription extends AutoCloseable {

    /** Ends it; no call follows but one that is under way. */
    @Override
    void close();
}
