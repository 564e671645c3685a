package io.tinysync.engine.device;

import io.tinysync.engine.protocol.Wake;

/** Hears wakes, from any thread; must return at once. */
public interface WakeListener {

    /** A vault's log has probably grown; a lower head than known says nothing. */
    void wake(Wake wake);

    /** The socket was connected or lost; without it the devices poll more often. */
    void connected(boolean connected);
}
