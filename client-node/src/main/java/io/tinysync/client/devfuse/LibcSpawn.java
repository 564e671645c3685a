package io.tinysync.client.devfuse;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** Starts programs that inherit descriptors, which Java's own way of starting them closes; see {@link Libc}. */
final class LibcSpawn {

    /** More than posix_spawn_file_actions_t has in any C library. */
    private static final int FILE_ACTIONS_BYTES = 512;

    private static final int STANDARD_ERROR = 2;

    private static final MethodHandle INIT =
            Libc.function("posix_spawn_file_actions_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle DUP = Libc.function(
            "posix_spawn_file_actions_adddup2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle DESTROY =
            Libc.function("posix_spawn_file_actions_destroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle SPAWN = Libc.function(
            "posix_spawnp", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle WAITPID =
            Libc.function("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    private LibcSpawn() {}

    /**
     * Starts a program that is looked for on the PATH.
     *
     * @param errors the descriptor that its standard error goes to
     * @return its process id, or the negative errno
     */
    static int spawn(List<String> command, List<String> environment, int errors) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.STATE.get();
            MemorySegment pid = arena.allocate(JAVA_INT);
            MemorySegment actions = arena.allocate(FILE_ACTIONS_BYTES, Long.BYTES);
            var _ = (int) INIT.invokeExact(state, actions);
            var _ = (int) DUP.invokeExact(state, actions, errors, STANDARD_ERROR);
            int errno = (int) SPAWN.invokeExact(
                    state,
                    pid,
                    arena.allocateFrom(command.getFirst()),
                    actions,
                    MemorySegment.NULL,
                    strings(arena, command),
                    strings(arena, environment));
            var _ = (int) DESTROY.invokeExact(state, actions);
            return errno == 0 ? pid.get(JAVA_INT, 0) : -errno;
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }

    private static MemorySegment strings(Arena arena, List<String> texts) {
        MemorySegment array = arena.allocate(ADDRESS, texts.size() + 1);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        return array;
    }

    /** Waits for a program's end, so that nothing is left of it. */
    static void await(int pid) {
        try {
            MemorySegment state = Libc.STATE.get();
            int result;
            do {
                result = Libc.orErrno((int) WAITPID.invokeExact(state, pid, MemorySegment.NULL, 0), state);
            } while (result == -Libc.EINTR);
        } catch (Throwable e) {
            throw Libc.impossible(e);
        }
    }
}
