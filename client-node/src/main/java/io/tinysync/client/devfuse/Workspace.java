package io.tinysync.client.devfuse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory of one thread that answers: a message of the kernel, and behind or before it the answer. A short answer stands before
 * the message, since that may be a write of a megabyte; a long one stands behind its beginning, since a message that asks for much
 * is short. Confined to one thread at a time.
 */
final class Workspace {

    private static final int PAGE = 4096;
    /** Where data in a long answer begins: on a page, which the kernel copies best. */
    private static final int DATA_AT = 2 * PAGE;

    /** The largest message: a write of {@link Negotiation#MAX_DATA_BYTES}, with its header. */
    private static final int MESSAGE_BYTES = Negotiation.MAX_DATA_BYTES + PAGE;

    private final MemorySegment message;
    private final Request request;
    private final Reply reply;

    Workspace() {
        MemorySegment memory = Arena.ofAuto().allocate(PAGE + MESSAGE_BYTES, PAGE);
        this.message = memory.asSlice(PAGE, MESSAGE_BYTES);
        this.request = new Request(buffer(message));
        this.reply = new Reply(memory.asSlice(0, PAGE), memory.asSlice(DATA_AT - Reply.HEADER_BYTES));
    }

    /** Where the kernel's message is to be read to. */
    MemorySegment message() {
        return message;
    }

    /** What was read. */
    Request request() {
        return request;
    }

    Reply reply() {
        return reply;
    }

    static ByteBuffer buffer(MemorySegment memory) {
        return memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }
}
