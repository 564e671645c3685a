package io.tinysync.e2e;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The system calls of Linux on files, through the C library, with their own results: what Java's file API does not show (open
 * flags, errno, read and write at one descriptor). Every call returns its result, or minus its errno.
 */
@SuppressWarnings("restricted")
final class Libc {

    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_TRUNC = 01000;
    static final int O_APPEND = 02000;
    static final int RENAME_NOREPLACE = 1;
    static final int RENAME_EXCHANGE = 2;
    static final int EPERM = 1;
    static final int EINVAL = 22;

    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int STATX_BASIC = 0x7ff;
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "EPERM"),
            Map.entry(2, "ENOENT"),
            Map.entry(5, "EIO"),
            Map.entry(9, "EBADF"),
            Map.entry(13, "EACCES"),
            Map.entry(16, "EBUSY"),
            Map.entry(17, "EEXIST"),
            Map.entry(18, "EXDEV"),
            Map.entry(20, "ENOTDIR"),
            Map.entry(21, "EISDIR"),
            Map.entry(22, "EINVAL"),
            Map.entry(27, "EFBIG"),
            Map.entry(36, "ENAMETOOLONG"),
            Map.entry(38, "ENOSYS"),
            Map.entry(39, "ENOTEMPTY"),
            Map.entry(40, "ELOOP"),
            Map.entry(95, "EOPNOTSUPP"));

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN = variadic("open", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle READ = function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE = function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle PREAD = function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PWRITE = function("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle LSEEK = function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FTRUNCATE = function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle TRUNCATE = function("truncate", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle FSYNC = function("fsync", JAVA_INT, JAVA_INT);
    private static final MethodHandle RENAME =
            function("renameat2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LINK = function("link", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle UNLINK = function("unlink", JAVA_INT, ADDRESS);
    private static final MethodHandle MKDIR = function("mkdir", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle RMDIR = function("rmdir", JAVA_INT, ADDRESS);
    private static final MethodHandle SYMLINK = function("symlink", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle READLINK = function("readlink", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle CHMOD = function("chmod", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle ACCESS = function("access", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle UTIMENSAT = function("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle STATX =
            function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle OPENDIR = function("opendir", ADDRESS, ADDRESS);
    private static final MethodHandle READDIR = function("readdir", ADDRESS, ADDRESS);
    private static final MethodHandle CLOSEDIR = function("closedir", JAVA_INT, ADDRESS);

    private Libc() {}

    /** What stat says of one file. */
    record Stat(long ino, int mode, long links, long sizeBytes, long mtimeNs) {

        boolean isFolder() {
            return (mode & 0170000) == 0040000;
        }
    }

    /** The name of an errno. */
    static String name(long errno) {
        return NAMES.getOrDefault((int) errno, "errno " + errno);
    }

    static long open(String path, int flags, int mode) {
        return withPath(path, (p, s) -> (int) OPEN.invokeExact(s, p, flags, mode));
    }

    static long close(int fd) {
        return call((a, s) -> (int) CLOSE.invokeExact(s, fd));
    }

    /** Reads into the buffer from where the descriptor stands. */
    static long read(int fd, byte[] into) {
        return call((a, s) -> {
            MemorySegment buffer = a.allocate(into.length + 1L);
            long n = (long) READ.invokeExact(s, fd, buffer, (long) into.length);
            copy(buffer, into, n);
            return n;
        });
    }

    static long pread(int fd, byte[] into, long offset) {
        return call((a, s) -> {
            MemorySegment buffer = a.allocate(into.length + 1L);
            long n = (long) PREAD.invokeExact(s, fd, buffer, (long) into.length, offset);
            copy(buffer, into, n);
            return n;
        });
    }

    private static void copy(MemorySegment from, byte[] into, long count) {
        if (count > 0) {
            MemorySegment.copy(from, JAVA_BYTE, 0, into, 0, (int) count);
        }
    }

    static long write(int fd, byte[] bytes) {
        return call((a, s) -> (long) WRITE.invokeExact(s, fd, a.allocateFrom(JAVA_BYTE, bytes), (long) bytes.length));
    }

    static long pwrite(int fd, byte[] bytes, long offset) {
        return call((a, s) ->
                (long) PWRITE.invokeExact(s, fd, a.allocateFrom(JAVA_BYTE, bytes), (long) bytes.length, offset));
    }

    static long lseek(int fd, long offset, int whence) {
        return call((a, s) -> (long) LSEEK.invokeExact(s, fd, offset, whence));
    }

    static long ftruncate(int fd, long size) {
        return call((a, s) -> (int) FTRUNCATE.invokeExact(s, fd, size));
    }

    static long truncate(String path, long size) {
        return withPath(path, (p, s) -> (int) TRUNCATE.invokeExact(s, p, size));
    }

    static long fsync(int fd) {
        return call((a, s) -> (int) FSYNC.invokeExact(s, fd));
    }

    static long rename(String from, String to, int flags) {
        return call((a, s) ->
                (int) RENAME.invokeExact(s, AT_FDCWD, a.allocateFrom(from), AT_FDCWD, a.allocateFrom(to), flags));
    }

    static long link(String existing, String name) {
        return call((a, s) -> (int) LINK.invokeExact(s, a.allocateFrom(existing), a.allocateFrom(name)));
    }

    static long unlink(String path) {
        return withPath(path, (p, s) -> (int) UNLINK.invokeExact(s, p));
    }

    static long mkdir(String path, int mode) {
        return withPath(path, (p, s) -> (int) MKDIR.invokeExact(s, p, mode));
    }

    static long rmdir(String path) {
        return withPath(path, (p, s) -> (int) RMDIR.invokeExact(s, p));
    }

    static long symlink(String target, String path) {
        return call((a, s) -> (int) SYMLINK.invokeExact(s, a.allocateFrom(target), a.allocateFrom(path)));
    }

    static long readlink(String path, byte[] into) {
        return call((a, s) -> {
            MemorySegment buffer = a.allocate(into.length);
            long n = (long) READLINK.invokeExact(s, a.allocateFrom(path), buffer, (long) into.length);
            copy(buffer, into, n);
            return n;
        });
    }

    static long chmod(String path, int mode) {
        return withPath(path, (p, s) -> (int) CHMOD.invokeExact(s, p, mode));
    }

    static long access(String path, int how) {
        return withPath(path, (p, s) -> (int) ACCESS.invokeExact(s, p, how));
    }

    /** Sets access and modification time of what the path names itself, a link included. */
    static long utimens(String path, long seconds, long nanos) {
        return call((a, s) -> {
            MemorySegment times = a.allocateFrom(JAVA_LONG, seconds, nanos, seconds, nanos);
            return (int) UTIMENSAT.invokeExact(s, AT_FDCWD, a.allocateFrom(path), times, AT_SYMLINK_NOFOLLOW);
        });
    }

    /** Sets the modification time of what the path leads to. */
    static long touch(String path, long mtimeNs) {
        return call((a, s) -> {
            long seconds = Math.floorDiv(mtimeNs, 1_000_000_000L);
            long nanos = Math.floorMod(mtimeNs, 1_000_000_000L);
            MemorySegment times = a.allocateFrom(JAVA_LONG, seconds, nanos, seconds, nanos);
            return (int) UTIMENSAT.invokeExact(s, AT_FDCWD, a.allocateFrom(path), times, 0);
        });
    }

    static long lstat(String path, Stat[] into) {
        return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, into);
    }

    static long stat(String path, Stat[] into) {
        return statx(AT_FDCWD, path, 0, into);
    }

    static long fstat(int fd, Stat[] into) {
        return statx(fd, "", AT_EMPTY_PATH, into);
    }

    /** The layout of {@code struct statx} is the same on every architecture. */
    private static long statx(int fd, String path, int flags, Stat[] into) {
        return call((a, s) -> {
            MemorySegment buffer = a.allocate(256, 8);
            int result = (int) STATX.invokeExact(s, fd, a.allocateFrom(path), flags, STATX_BASIC, buffer);
            if (result == 0) {
                long mtimeNs = buffer.get(JAVA_LONG, 112) * 1_000_000_000L + buffer.get(JAVA_INT, 120);
                into[0] = new Stat(
                        buffer.get(JAVA_LONG, 32),
                        buffer.get(JAVA_SHORT, 28) & 0xffff,
                        buffer.get(JAVA_INT, 16),
                        buffer.get(JAVA_LONG, 40),
                        mtimeNs);
            }
            return result;
        });
    }

    /** Adds every name of a folder but {@code .} and {@code ..} to a set. */
    static long list(String path, NavigableSet<String> into) {
        return call((a, s) -> {
            MemorySegment folder = (MemorySegment) OPENDIR.invokeExact(s, a.allocateFrom(path));
            if (folder.address() == 0) {
                return -1;
            }
            into.addAll(names(folder, s));
            return (int) CLOSEDIR.invokeExact(s, folder);
        });
    }

    /** {@code struct dirent} of 64-bit Linux: the name begins at byte 19. */
    private static NavigableSet<String> names(MemorySegment folder, MemorySegment state) throws Throwable {
        NavigableSet<String> names = new TreeSet<>();
        while (true) {
            MemorySegment entry = (MemorySegment) READDIR.invokeExact(state, folder);
            if (entry.address() == 0) {
                return names;
            }
            String name = entry.reinterpret(19 + 256).getString(19);
            if (!name.equals(".") && !name.equals("..") && !names.add(name)) {
                names.add(name + " (twice)");
            }
        }
    }

    private interface Call {
        long on(Arena arena, MemorySegment state) throws Throwable;
    }

    private interface PathCall {
        long on(MemorySegment path, MemorySegment state) throws Throwable;
    }

    private static long withPath(String path, PathCall call) {
        return call((arena, state) -> call.on(arena.allocateFrom(path), state));
    }

    private static long call(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = call.on(arena, state);
            return result < 0 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle variadic(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(2));
    }
}
