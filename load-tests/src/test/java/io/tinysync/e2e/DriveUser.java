package io.tinysync.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A user who works in a drive, round after round: makes a file as careful programs do, reads it back, looks at both folders, and opens what the
 * other user has made. Whatever a program could be told to be wrong is kept, with what was being done. For one thread.
 */
final class DriveUser {

    private static final int BYTES = 20_000;

    private final Path own;
    private final Path others;
    private static final String DRAFT = ".draft";

    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final List<String> errors = new ArrayList<>();
    private final Map<String, Duration> longest = new LinkedHashMap<>();

    /**
     * A user of one drive.
     *
     * @param own the folder in which the user makes files
     * @param others that of the other user, as this drive shows it
     */
    DriveUser(Path own, Path others) {
        this.own = own;
        this.others = others;
    }

    private interface Act {
        void run() throws IOException;
    }

    void round() {
        String name = "file-" + made.get();
        byte[] content = content(own, made.get());
        Path draft = own.resolve(name + DRAFT);
        Path file = own.resolve(name);
        act("create, write and fsync", () -> write(draft, content));
        act("rename", () -> Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE));
        act("read back", () -> requireSame(file, content));
        act("list", () -> list(own));
        made.incrementAndGet();
        openNext();
    }

    private void openNext() {
        Path next = others.resolve("file-" + opened.get());
        if (Files.exists(next)) {
            act("open what the other made", () -> requireSame(next, content(others, opened.get())));
            opened.incrementAndGet();
        }
        act("list the other's", () -> list(others));
    }

    private static byte[] content(Path folder, int number) {
        String line = folder.getName(folder.getNameCount() - 2) + " " + number + "\n";
        return line.repeat(BYTES / line.length()).getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void requireSame(Path file, byte[] content) throws IOException {
        if (!Arrays.equals(Files.readAllBytes(file), content)) {
            throw new IOException("has other bytes");
        }
    }

    private static void list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                look(file);
            }
        }
    }

    /** What was renamed since it was listed is gone, as in any other folder. */
    private static void look(Path file) throws IOException {
        try {
            Files.getLastModifiedTime(file);
        } catch (NoSuchFileException e) {
            if (!file.toString().endsWith(DRAFT)) {
                throw e;
            }
        }
    }

    private void act(String what, Act act) {
        long began = System.nanoTime();
        try {
            act.run();
        } catch (IOException | RuntimeException e) {
            errors.add(what + ": " + e);
        }
        longest.merge(
                what,
                Duration.ofNanos(System.nanoTime() - began),
                (one, other) -> one.compareTo(other) > 0 ? one : other);
    }

    int made() {
        return made.get();
    }

    int opened() {
        return opened.get();
    }

    /** Of a user that has stopped. */
    List<String> errors() {
        return errors;
    }

    /** The longest time that each kind of act has taken, of a user that has stopped. */
    Map<String, Duration> longest() {
        return longest;
    }
}
