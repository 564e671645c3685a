package io.tinysync.client.content;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * Brings all that was written to one file system to stable storage at once, by Linux's syncfs(2): for many small files that is one
 * wait for the disk instead of one for each. Waits for other programs' writes to that file system too. Thread-safe.
 */
// Restricted: the signatures below are those of the C library on 64-bit Linux.
@SuppressWarnings("restricted")
final class WholeDisk {

    /** O_RDONLY, O_DIRECTORY and O_CLOEXEC where they are the same on x86-64 and aarch64: a folder can be opened as any file. */
    private static final int O_RDONLY_CLOEXEC = 0_2000000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
    private static final Optional<MethodHandle> SYNCFS = LIBRARY.find("syncfs")
            .map(found -> LINKER.downcallHandle(found, FunctionDescriptor.of(JAVA_INT, JAVA_INT)));
    private static final Optional<MethodHandle> OPEN = LIBRARY.find("open")
            .map(found -> LINKER.downcallHandle(
                    found, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2)));
    private static final Optional<MethodHandle> CLOSE =
            LIBRARY.find("close").map(found -> LINKER.downcallHandle(found, FunctionDescriptor.of(JAVA_INT, JAVA_INT)));

    private WholeDisk() {}

    /**
     * Returns once everything written so far to the file system of a folder is on stable storage.
     *
     * @return false where the system does not offer it; nothing was done then
     * @throws IOException if the disk failed, for any of what was written
     */
    static boolean sync(Path folder) throws IOException {
        if (SYNCFS.isEmpty() || OPEN.isEmpty() || CLOSE.isEmpty()) {
            return false;
        }
        int descriptor = open(OPEN.get(), folder);
        if (descriptor < 0) {
            return false;
        }
        try {
            if (call(SYNCFS.get(), descriptor) != 0) {
                throw new IOException("the disk that holds " + folder + " could not be synced");
            }
            return true;
        } finally {
            var _ = call(CLOSE.get(), descriptor);
        }
    }

    private static int open(MethodHandle open, Path folder) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(folder.toString());
            return (int) open.invokeExact(path, O_RDONLY_CLOEXEC);
        } catch (Throwable e) {
            throw new IllegalStateException("open(2) cannot be called", e);
        }
    }

    private static int call(MethodHandle function, int descriptor) {
        try {
            return (int) function.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("the C library cannot be called", e);
        }
    }

    /** As {@link #sync(Path)}; what fails is noted of each of the files. */
    static boolean sync(Path directory, Collection<Path> files) throws IOException {
        try {
            return sync(directory);
        } catch (IOException e) {
            files.forEach(file -> Syncs.mark(file, e));
            throw e;
        }
    }
}
