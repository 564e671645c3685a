package io.tinysync.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One of two directories in which the same steps are taken: what a program would see of each, as text that can be compared. */
final class PosixSide {

    static final int SLOTS = 6;

    /** A time this near to now was given by the file system and not by a program; the two cannot be equal. */
    private static final long RECENT_NS = 3_600_000_000_000L;

    private static final int MAX_LINK_BYTES = 4096;

    private final Path root;
    private final boolean isDrive;
    private final int[] descriptors = new int[SLOTS];

    PosixSide(Path root, boolean isDrive) {
        this.root = root;
        this.isDrive = isDrive;
        Arrays.fill(descriptors, -1);
    }

    Path root() {
        return root;
    }

    /** Whether this is the drive, which refuses by design some of what the other takes. */
    boolean isDrive() {
        return isDrive;
    }

    /** Everything that is there, links not followed. */
    List<String> paths() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.skip(1)
                    .map(path -> root.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    String path(String relative) {
        return root.resolve(relative).toString();
    }

    int descriptor(int slot) {
        return descriptors[slot];
    }

    /** Opens into a slot; what was open there is closed first. */
    String open(int slot, String relative, int flags, int mode) {
        close(slot);
        long result = Libc.open(path(relative), flags, mode);
        descriptors[slot] = result < 0 ? -1 : (int) result;
        return result < 0 ? result(result) : "open";
    }

    String close(int slot) {
        int descriptor = descriptors[slot];
        descriptors[slot] = -1;
        return descriptor < 0 ? "EBADF" : result(Libc.close(descriptor));
    }

    void closeAll() {
        for (int slot = 0; slot < SLOTS; slot++) {
            close(slot);
        }
    }

    static String result(long result) {
        return result < 0 ? Libc.name(-result) : Long.toString(result);
    }

    /** How many bytes came, and which. */
    static String bytes(long result, byte[] buffer) {
        return result < 0
                ? result(result)
                : result + " bytes, hash " + Arrays.hashCode(Arrays.copyOf(buffer, (int) result));
    }

    String lstat(String relative) {
        Libc.Stat[] stat = new Libc.Stat[1];
        long result = Libc.lstat(path(relative), stat);
        return result < 0 ? result(result) : text(stat[0]);
    }

    String fstat(int slot) {
        Libc.Stat[] stat = new Libc.Stat[1];
        long result = Libc.fstat(descriptors[slot], stat);
        return result < 0 ? result(result) : text(stat[0]);
    }

    /** By design a truncation that changes nothing leaves a drive's mtime as it is; elsewhere that becomes now. */
    String truncating(String path, long sizeBytes, Supplier<String> step) {
        Libc.Stat[] before = new Libc.Stat[1];
        boolean same =
                !isDrive && Libc.stat(path, before) == 0 && !before[0].isFolder() && before[0].sizeBytes() == sizeBytes;
        String result = step.get();
        if (same) {
            Libc.touch(path, before[0].mtimeNs());
        }
        return result;
    }

    boolean isFolder(int slot) {
        Libc.Stat[] stat = new Libc.Stat[1];
        return Libc.fstat(descriptors[slot], stat) == 0 && stat[0].isFolder();
    }

    /** A path to what is open in a slot. */
    String openPath(int slot) {
        return "/proc/self/fd/" + descriptors[slot];
    }

    boolean areSame(String relative, String other) {
        Libc.Stat[] one = new Libc.Stat[1];
        Libc.Stat[] two = new Libc.Stat[1];
        return Libc.lstat(path(relative), one) == 0
                && Libc.lstat(path(other), two) == 0
                && one[0].ino() == two[0].ino();
    }

    String readlink(String relative) {
        byte[] target = new byte[MAX_LINK_BYTES];
        return bytes(Libc.readlink(path(relative), target), target);
    }

    String list(String relative) {
        TreeSet<String> names = new TreeSet<>();
        long result = Libc.list(path(relative), names);
        return result < 0 ? result(result) : names.toString();
    }

    /**
     * By design not compared: a folder's size, link count and mtime (a drive has none of a folder's own), inode numbers, blocks,
     * access and change times.
     */
    private static String text(Libc.Stat stat) {
        String mode = Integer.toOctalString(stat.mode());
        if (stat.isFolder()) {
            return mode;
        }
        long ageNs = Math.abs(System.currentTimeMillis() * 1_000_000 - stat.mtimeNs());
        String mtime = ageNs < RECENT_NS ? "now" : Long.toString(stat.mtimeNs());
        return mode + ", " + stat.links() + " links, " + stat.sizeBytes() + " bytes, mtime " + mtime;
    }
}
