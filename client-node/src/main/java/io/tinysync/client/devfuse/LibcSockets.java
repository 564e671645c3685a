package io.tinysync.client.devfuse;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Unix sockets that carry descriptors between processes, as {@link Libc} has the other functions. */
final class LibcSockets {

    private static final int AF_UNIX = 1;
    static final int SOCK_STREAM = 1;
    /** Messages keep their bounds. */
    static final int SOCK_SEQPACKET = 5;

    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    // struct msghdr, struct iovec and struct cmsghdr on 64-bit Linux.
    private static final int MSGHDR_BYTES = 56;
    private static final int IOVEC_BYTES = 16;
    private static final int CMSG_BYTES = 24;

    private static final MethodHandle SOCKETPAIR =
            Libc.function("socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle RECVMSG =
            Libc.function("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    private LibcSockets() {}

    /** Two connected descriptors, which a program that this one starts inherits. */
    record Pair(int ours, int theirs) {}

    /** A connected pair of a type; throws if the system has no descriptors left. */
    static Pair pair(int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.STATE.get();
            MemorySegment descriptors = arena.allocate(JAVA_INT, 2);
            int result = Libc.orErrno((int) SOCKETPAIR.invokeExact(state, AF_UNIX, type, 0, descriptors), state);
            if (result < 0) {
                throw new IllegalStateException("no pair of sockets: " + Libc.message(-result));
            }
            return new Pair(descriptors.getAtIndex(JAVA_INT, 0), descriptors.getAtIndex(JAVA_INT, 1));
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    /** Waits for a message that carries a descriptor; the descriptor, which later programs do not inherit, or -1 if none came. */
    static int receiveDescriptor(int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.STATE.get();
            MemorySegment data = arena.allocate(1);
            MemorySegment iovec = arena.allocate(IOVEC_BYTES, Long.BYTES);
            iovec.set(ADDRESS, 0, data);
            iovec.set(JAVA_LONG, 8, 1);
            MemorySegment control = arena.allocate(CMSG_BYTES, Long.BYTES);
            MemorySegment message = arena.allocate(MSGHDR_BYTES, Long.BYTES);
            message.set(ADDRESS, 16, iovec);
            message.set(JAVA_LONG, 24, 1);
            message.set(ADDRESS, 32, control);
            message.set(JAVA_LONG, 40, CMSG_BYTES);
            int result;
            do {
                result =
                        Libc.orErrno((int) (long) RECVMSG.invokeExact(state, socket, message, MSG_CMSG_CLOEXEC), state);
            } while (result == -Libc.EINTR);
            boolean carries = result > 0
                    && message.get(JAVA_LONG, 40) >= 20
                    && control.get(JAVA_INT, 8) == SOL_SOCKET
                    && control.get(JAVA_INT, 12) == SCM_RIGHTS;
            return carries ? control.get(JAVA_INT, 16) : -1;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }
}
