package io.tinysync.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes files of random content in a drive that may die at any moment, some closed only and some fsynced before, some anew and
 * some over an earlier one, and keeps outside the drive the hash of each content that the drive had confirmed. A file whose write
 * failed half-way may have either content and is written again under another name; it is not in the manifest.
 */
final class ManifestWriter {

    private static final int MAX_BYTES = 200_000;
    private static final Duration PAUSE_AFTER_A_FAILURE = Duration.ofMillis(50);

    private final Path folder;
    private final Random random;
    private final Map<String, String> manifest = new TreeMap<>();
    private final Thread thread = new Thread(this::writeUntilStopped, "manifest-writer");
    private int next;
    private int rewritten;
    private String failure = "";
    private final AtomicLong recorded = new AtomicLong();
    private volatile boolean writing;
    private volatile boolean stopped;

    ManifestWriter(Path folder, long seed) throws IOException {
        // Once: below a drive that is down it would be made in the folder that the drive is mounted on.
        this.folder = Files.createDirectory(folder);
        this.random = new Random(seed);
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join(Duration.ofMinutes(1));
        if (thread.isAlive()) {
            throw new AssertionError("a write hangs");
        }
    }

    long recorded() {
        return recorded.get();
    }

    boolean isWriting() {
        return writing;
    }

    /** Name → hash; after {@link #stop}. */
    Map<String, String> manifest() {
        return manifest;
    }

    int rewritten() {
        return rewritten;
    }

    synchronized String lastFailure() {
        return failure;
    }

    private void writeUntilStopped() {
        while (!stopped) {
            boolean again = !manifest.isEmpty() && random.nextInt(4) == 0;
            String name = again ? anyRecorded() : "file-" + next++;
            byte[] content = new byte[1 + random.nextInt(MAX_BYTES)];
            random.nextBytes(content);
            try {
                // Until it is confirmed, an earlier content may or may not be replaced.
                manifest.remove(name);
                writing = true;
                write(folder.resolve(name), content);
                manifest.put(name, hash(content));
                rewritten += again ? 1 : 0;
                recorded.incrementAndGet();
            } catch (IOException e) {
                synchronized (this) {
                    failure = e.toString();
                }
                LockSupport.parkNanos(PAUSE_AFTER_A_FAILURE.toNanos());
            } finally {
                writing = false;
            }
        }
    }

    private String anyRecorded() {
        return manifest.keySet().stream()
                .skip(random.nextInt(manifest.size()))
                .findFirst()
                .orElseThrow();
    }

    private void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (random.nextBoolean()) {
                channel.force(true);
            }
        }
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
