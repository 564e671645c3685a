package io.tinysync.engine.device;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes a transfer's bytes in their order, from one thread at a time; may block on the disk. */
@FunctionalInterface
public interface ByteSink {

    /**
     * Takes all that remain in the buffer, which is the caller's again afterwards.
     *
     * @return false if no more are wanted; the transfer then ends at once
     */
    boolean accept(ByteBuffer bytes) throws IOException;
}
