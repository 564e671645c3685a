package io.tinysync.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random steps of one seed on few names, so that they meet: the same name is now a file, now a folder, now a link, and is open
 * while it is renamed, replaced and removed. The choice of a path depends on what exists on the side to compare with.
 */
final class RandomSteps {

    private static final String[] NAMES = {"a", "b", "c", "d"};
    private static final int MAX_DEPTH = 3;
    private static final int MIN_PATHS = 8;
    private static final int MAX_OFFSET = 300_000;
    private static final int MAX_BYTES = 40_000;

    private final Random random;
    private List<String> existing = List.of();

    RandomSteps(long seed) {
        this.random = new Random(seed);
    }

    /** The next step, chosen with a view to what the side to compare with holds now. */
    PosixStep next(PosixSide reference) throws IOException {
        existing = reference.paths();
        if (existing.size() < MIN_PATHS) {
            return random.nextBoolean() ? mkdir() : open(random.nextInt(PosixSide.SLOTS));
        }
        return random.nextInt(3) > 0 ? withOpenFile(slot(reference)) : withPath();
    }

    /** Mostly one with an open file. */
    private int slot(PosixSide reference) {
        int slot = random.nextInt(PosixSide.SLOTS);
        for (int i = 0; i < PosixSide.SLOTS && reference.descriptor(slot) < 0 && random.nextInt(8) > 0; i++) {
            slot = (slot + 1) % PosixSide.SLOTS;
        }
        return slot;
    }

    private PosixStep withOpenFile(int slot) {
        return switch (random.nextInt(17)) {
            case 0, 1, 2 -> open(slot);
            case 3, 4 -> open(random.nextInt(PosixSide.SLOTS));
            case 5 -> step("close", slot, side -> side.close(slot));
            case 6, 7, 8 -> write(slot);
            case 9, 10 -> pwrite(slot);
            case 11, 12 -> read(slot);
            case 13 -> pread(slot);
            case 14 -> lseek(slot);
            case 15 -> ftruncate(slot);
            default -> step("fsync", slot, side -> PosixSide.result(Libc.fsync(side.descriptor(slot))));
        };
    }

    private PosixStep withPath() {
        return switch (random.nextInt(17)) {
            case 0, 1, 2, 3 -> rename();
            case 4, 5 -> onPath("unlink", (side, path) -> Libc.unlink(side.path(path)));
            case 6, 7, 8 -> mkdir();
            case 9 -> onPath("rmdir", (side, path) -> Libc.rmdir(side.path(path)));
            case 10 -> symlink();
            case 11 -> truncate();
            case 12 -> attributes();
            case 13 -> onPath("access", (side, path) -> Libc.access(side.path(path), 0));
            case 14, 15 -> look();
            default -> refusedByDesign();
        };
    }

    private PosixStep open(int slot) {
        String path = path();
        int flags = random.nextInt(3)
                | (random.nextInt(3) > 0 ? Libc.O_CREAT : 0)
                | (random.nextInt(8) == 0 ? Libc.O_EXCL : 0)
                | (random.nextInt(4) == 0 ? Libc.O_TRUNC : 0)
                | (random.nextInt(4) == 0 ? Libc.O_APPEND : 0);
        int mode = mode();
        String text = "open 0%o %s, mode 0%o".formatted(flags, path, mode);
        PosixStep.Action open = side -> side.open(slot, path, flags, mode);
        PosixStep.Action action =
                (flags & Libc.O_TRUNC) == 0 ? open : side -> side.truncating(side.path(path), 0, () -> open.on(side));
        return new PosixStep(text, List.of(path), slot, action);
    }

    private PosixStep write(int slot) {
        byte[] bytes = bytes();
        return step("write " + bytes.length, slot, side -> PosixSide.result(Libc.write(side.descriptor(slot), bytes)));
    }

    private PosixStep pwrite(int slot) {
        byte[] bytes = bytes();
        int offset = random.nextInt(MAX_OFFSET);
        return step(
                "pwrite " + bytes.length + " at " + offset,
                slot,
                side -> PosixSide.result(Libc.pwrite(side.descriptor(slot), bytes, offset)));
    }

    private PosixStep read(int slot) {
        int count = random.nextInt(MAX_BYTES);
        return step("read " + count, slot, side -> {
            byte[] buffer = new byte[count];
            return PosixSide.bytes(Libc.read(side.descriptor(slot), buffer), buffer);
        });
    }

    private PosixStep pread(int slot) {
        int count = random.nextInt(MAX_BYTES);
        int offset = random.nextInt(MAX_OFFSET);
        return step("pread " + count + " at " + offset, slot, side -> {
            byte[] buffer = new byte[count];
            return PosixSide.bytes(Libc.pread(side.descriptor(slot), buffer, offset), buffer);
        });
    }

    private PosixStep lseek(int slot) {
        int offset = random.nextInt(MAX_OFFSET);
        int whence = random.nextInt(3);
        // Where a folder ends is each file system's own affair.
        return step(
                "lseek " + offset + " from " + whence,
                slot,
                side -> side.isFolder(slot)
                        ? "folder"
                        : PosixSide.result(Libc.lseek(side.descriptor(slot), offset, whence)));
    }

    private PosixStep ftruncate(int slot) {
        int size = size();
        PosixStep.Action truncate = side -> PosixSide.result(Libc.ftruncate(side.descriptor(slot), size));
        return step(
                "ftruncate " + size, slot, side -> side.truncating(side.openPath(slot), size, () -> truncate.on(side)));
    }

    private PosixStep truncate() {
        int size = size();
        String path = path();
        return new PosixStep(
                "truncate to " + size + " " + path,
                List.of(path),
                0,
                side -> side.truncating(
                        side.path(path), size, () -> PosixSide.result(Libc.truncate(side.path(path), size))));
    }

    private PosixStep rename() {
        String from = path();
        String to = path();
        int flags = random.nextInt(8) == 0 ? Libc.RENAME_NOREPLACE : 0;
        return new PosixStep(
                "rename " + flags + " " + from + " to " + to,
                List.of(from, to),
                0,
                side -> PosixSide.result(Libc.rename(side.path(from), side.path(to), flags)));
    }

    private PosixStep mkdir() {
        int mode = mode();
        return onPath("mkdir 0" + Integer.toOctalString(mode), (side, path) -> Libc.mkdir(side.path(path), mode));
    }

    private PosixStep symlink() {
        String target = (random.nextBoolean() ? "" : "../") + name();
        return onPath("symlink to " + target + " at", (side, path) -> Libc.symlink(target, side.path(path)));
    }

    private PosixStep attributes() {
        int mode = mode();
        if (random.nextBoolean()) {
            return onPath("chmod 0" + Integer.toOctalString(mode), (side, path) -> Libc.chmod(side.path(path), mode));
        }
        long seconds = random.nextLong(-1_000_000_000L, 1_500_000_000L);
        long nanos = random.nextLong(1_000_000_000L);
        return onPath(
                "utimens " + seconds + "." + nanos, (side, path) -> Libc.utimens(side.path(path), seconds, nanos));
    }

    private PosixStep look() {
        String path = path();
        return random.nextBoolean()
                ? new PosixStep("readdir " + path, List.of(path), 0, side -> side.list(path))
                : new PosixStep("readlink " + path, List.of(path), 0, side -> side.readlink(path));
    }

    /**
     * Hard links and set-id bits: a drive has none, and says so by EPERM; and names are not exchanged: EINVAL. The other side
     * undoes what it did.
     */
    private PosixStep refusedByDesign() {
        String path = path();
        String other = path();
        return switch (random.nextInt(3)) {
            case 0 ->
                new PosixStep("link " + path + " as " + other, List.of(path, other), 0, side -> {
                    long result = Libc.link(side.path(path), side.path(other));
                    if (side.isDrive() || result < 0) {
                        return PosixSide.result(result);
                    }
                    Libc.unlink(side.path(other));
                    return Libc.name(Libc.EPERM);
                });
            case 1 ->
                new PosixStep("exchange " + path + " and " + other, List.of(path, other), 0, side -> {
                    boolean same = side.areSame(path, other);
                    long result = Libc.rename(side.path(path), side.path(other), Libc.RENAME_EXCHANGE);
                    if (side.isDrive() || result < 0 || same) {
                        return PosixSide.result(result);
                    }
                    Libc.rename(side.path(path), side.path(other), Libc.RENAME_EXCHANGE);
                    return Libc.name(Libc.EINVAL);
                });
            default ->
                new PosixStep("chmod 04755 " + path, List.of(path), 0, side -> {
                    long result = side.isDrive()
                            ? Libc.chmod(side.path(path), 04755)
                            : Libc.stat(side.path(path), new Libc.Stat[1]);
                    return result == 0 ? Libc.name(Libc.EPERM) : PosixSide.result(result);
                });
        };
    }

    private interface PathCall {
        long on(PosixSide side, String path);
    }

    private PosixStep onPath(String text, PathCall call) {
        String path = path();
        return new PosixStep(text + " " + path, List.of(path), 0, side -> PosixSide.result(call.on(side, path)));
    }

    private static PosixStep step(String text, int slot, PosixStep.Action action) {
        return new PosixStep(text + " on slot " + slot, List.of(), slot, action);
    }

    /** Mostly one that exists, else any. */
    private String path() {
        if (!existing.isEmpty() && random.nextInt(4) > 0) {
            return existing.get(random.nextInt(existing.size()));
        }
        List<String> parts = new ArrayList<>();
        int depth = 1 + random.nextInt(MAX_DEPTH);
        for (int i = 0; i < depth; i++) {
            parts.add(name());
        }
        return String.join("/", parts);
    }

    private String name() {
        return NAMES[random.nextInt(NAMES.length)];
    }

    /** The owner may always read and write: other rights are the kernel's to check, and root has them all. */
    private int mode() {
        return 0600 | random.nextInt(0200);
    }

    private int size() {
        return random.nextInt(3) == 0 ? 0 : random.nextInt(MAX_OFFSET);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? MAX_BYTES : 500)];
        random.nextBytes(bytes);
        return bytes;
    }
}
