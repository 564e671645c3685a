package io.tinysync.client.devfuse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The answer to one message: {@code struct fuse_out_header}, then what was asked for. It is filled by one who handles the message
 * and sent once, by {@link Dispatcher}. Confined to one thread at a time.
 */
final class Reply {

    static final int HEADER_BYTES = 16;

    private static final int ERROR_AT = 4;
    private static final int UNIQUE_AT = 8;

    private final MemorySegment shortMemory;
    private final MemorySegment longMemory;
    private final ByteBuffer shortBody;
    private final ByteBuffer longBody;
    private boolean isLong;
    private Runnable undo = () -> {};

    Reply(MemorySegment shortMemory, MemorySegment longMemory) {
        this.shortMemory = shortMemory;
        this.longMemory = longMemory;
        this.shortBody = Workspace.buffer(shortMemory);
        this.longBody = Workspace.buffer(longMemory);
    }

    /** One that has room for an error. */
    static Reply ofError() {
        MemorySegment memory = Arena.ofAuto().allocate(HEADER_BYTES, Long.BYTES);
        return new Reply(memory, memory);
    }

    /** Begins anew. */
    void clear() {
        shortBody.clear().position(HEADER_BYTES);
        isLong = false;
        undo = () -> {};
    }

    /** Where a short answer is put, after its header. */
    ByteBuffer body() {
        return shortBody;
    }

    /** Where an answer of up to so many bytes is put instead; fewer, where there is not that much room. */
    ByteBuffer longBody(int maxBytes) {
        isLong = true;
        longBody.clear().position(HEADER_BYTES);
        return longBody.limit(HEADER_BYTES + Math.min(maxBytes, longBody.capacity() - HEADER_BYTES));
    }

    /** Says what to take back if nobody waits for the answer any more: references and handles that it would have handed out. */
    void ifUndelivered(Runnable takeBack) {
        undo = takeBack;
    }

    /** The same answer in memory of its own, for another to send; this one starts anew. */
    Reply detach() {
        MemorySegment own = Arena.ofAuto().allocate(shortMemory.byteSize(), Long.BYTES);
        own.copyFrom(shortMemory);
        Reply detached = new Reply(own, longMemory);
        detached.shortBody.position(shortBody.position());
        detached.undo = undo;
        undo = () -> {};
        return detached;
    }

    /** Takes back what was to be handed out, once. */
    private void takeBack() {
        Runnable once = undo;
        undo = () -> {};
        once.run();
    }

    /** Sends what was put. */
    int send(Device device, long unique) {
        ByteBuffer body = isLong ? longBody : shortBody;
        int bytes = body.position();
        body.putInt(0, bytes).putInt(ERROR_AT, 0).putLong(UNIQUE_AT, unique);
        int result = device.write(isLong ? longMemory : shortMemory, bytes);
        if (result < 0) {
            takeBack();
        }
        return result;
    }

    /** Sends an error instead, whatever was put. */
    int sendError(Device device, long unique, int errno) {
        takeBack();
        shortBody.putInt(0, HEADER_BYTES).putInt(ERROR_AT, -errno).putLong(UNIQUE_AT, unique);
        return device.write(shortMemory, HEADER_BYTES);
    }
}
