package io.tinysync.server;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * Makes threads for work that nobody waits for: the system gives them what others leave. Java's own thread priorities do nothing on
 * Linux without flags, so this calls nice(3), which there concerns only the thread that calls it.
 */
// Restricted: the signature below is that of the C library on Linux.
@SuppressWarnings("restricted")
final class BackgroundThreads {

    /** A tenth of an ordinary thread's share where both want the same core, see sched(7): the work goes on, and is not felt. */
    static final int NICENESS = 10;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Optional<MethodHandle> NICE = LINKER.defaultLookup()
            .find("nice")
            .map(found -> LINKER.downcallHandle(found, FunctionDescriptor.of(JAVA_INT, JAVA_INT)));

    private BackgroundThreads() {}

    /** Daemon threads, whose names are a prefix and a number. */
    static ThreadFactory named(String prefix) {
        ThreadFactory ordinary = Thread.ofPlatform().daemon().name(prefix, 0).factory();
        return work -> ordinary.newThread(() -> {
            NICE.ifPresent(BackgroundThreads::call);
            work.run();
        });
    }

    private static void call(MethodHandle nice) {
        try {
            var _ = (int) nice.invokeExact(NICENESS);
        } catch (Throwable e) {
            throw new IllegalStateException("nice(3) cannot be called", e);
        }
    }
}
