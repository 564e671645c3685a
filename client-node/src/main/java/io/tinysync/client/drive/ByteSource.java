package io.tinysync.client.drive;

import io.tinysync.client.content.OpenContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Bytes that do not change while this is open: a content, whether it is here or on its way, or what was held after an unclean stop. */
interface ByteSource {

    /** What {@link #read} answers where bytes are not on this device. */
    int NOT_HERE = -1;

    /** Reads at an offset until the buffer is full or the file ends, 0 at the end; never waits, see {@link #NOT_HERE}. */
    int read(ByteBuffer into, long offset) throws IOException;

    /** Whether these bytes, or as many of them as there are, are here. */
    boolean holds(long offset, long length);

    /** Returns once bytes that were not here may be; without any lock. */
    void await(long offset, long length);

    /** The whole, if it is here. */
    Optional<OpenContent> whole() throws IOException;

    void close();
}
