package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.mount.Owner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The kernel's side of a session over a pair of sockets, which keep messages apart as the device does. Used by one thread. */
final class FakeKernel implements AutoCloseable {

    static final int PID = 4711;

    private static final int MAX_REPLY_BYTES = 1 << 17;

    private final Session session;
    private final Device device;
    private final MemorySegment buffer = Arena.ofAuto().allocate(MAX_REPLY_BYTES, 8);
    private final AtomicLong unique = new AtomicLong();

    FakeKernel(Drive drive, Owner owner) {
        LibcSockets.Pair pair = LibcSockets.pair(LibcSockets.SOCK_SEQPACKET);
        this.device = new Device(pair.theirs());
        this.session = new Session(new Device(pair.ours()), drive, owner);
        session.start();
    }

    /** An answer: 0 or the positive errno, and what follows. */
    record Answer(long unique, int errno, ByteBuffer body) {}

    Session session() {
        return session;
    }

    /** Sends bytes as they are. */
    int send(ByteBuffer message) {
        MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, message.remaining()), 8);
        Workspace.buffer(copy).put(message.duplicate());
        return device.write(copy, message.remaining());
    }

    /** The next answer or notification. */
    Answer receive() {
        int bytes = device.read(buffer);
        if (bytes < Reply.HEADER_BYTES) {
            throw new AssertionError("an answer of " + bytes + " bytes");
        }
        ByteBuffer answer = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        answer.put(Workspace.buffer(buffer).limit(bytes)).flip();
        if (answer.getInt() != bytes) {
            throw new AssertionError("an answer of " + bytes + " bytes says " + answer.getInt(0));
        }
        int error = -answer.getInt();
        return new Answer(answer.getLong(), error, answer.slice().order(ByteOrder.nativeOrder()));
    }

    /** Sends a request and returns its answer; notifications in between are passed over. */
    Answer ask(Opcode opcode, long node, ByteBuffer arguments) {
        long number = sendRequest(opcode, node, arguments);
        while (true) {
            Answer answer = receive();
            if (answer.unique() == number) {
                return answer;
            }
        }
    }

    /** Sends a request; returns its number. */
    long sendRequest(Opcode opcode, long node, ByteBuffer arguments) {
        long number = unique.addAndGet(2);
        send(message(opcode.number(), number, node, arguments));
        return number;
    }

    static ByteBuffer message(int opcode, long unique, long node, ByteBuffer arguments) {
        int bytes = Request.HEADER_BYTES + arguments.remaining();
        ByteBuffer message = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        message.putInt(bytes).putInt(opcode).putLong(unique).putLong(node);
        message.putInt(0).putInt(0).putInt(PID).putInt(0);
        return message.put(arguments.duplicate()).flip();
    }

    /** Arguments: an Integer or a Long as such, a byte[] as it is, a String with a NUL behind. */
    static ByteBuffer arguments(Object... values) {
        ByteBuffer arguments = ByteBuffer.allocate(1 << 16).order(ByteOrder.nativeOrder());
        for (Object value : values) {
            switch (value) {
                case Integer number -> arguments.putInt(number);
                case Long number -> arguments.putLong(number);
                case byte[] bytes -> arguments.put(bytes);
                default ->
                    arguments
                            .put(String.valueOf(value).getBytes(StandardCharsets.UTF_8))
                            .put((byte) 0);
            }
        }
        return arguments.flip();
    }

    /** Says what Linux 6.1 says first; returns the answer. */
    Answer init() {
        return ask(Opcode.INIT, 0, arguments(7, 37, 131072, -1, new byte[48]));
    }

    CompletableFuture<Void> ended() {
        return session.ended();
    }

    @Override
    public void close() {
        device.close();
        session.ended().join();
    }
}
