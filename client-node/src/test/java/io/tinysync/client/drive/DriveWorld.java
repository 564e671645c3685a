package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A drive over a tree in memory, content files in a folder, and a server that is a map. */
public final class DriveWorld {

    public static final long MAX_FILE_BYTES = 50_000_000;

    public final MemoryTree tree;
    public final ContentFiles contents;
    public final LocalDrive drive;
    public final FakeServer server;
    public final AtomicInteger records = new AtomicInteger();
    volatile Limits limits = Limits.DEFAULT;
    private volatile Duration ahead = Duration.ZERO;
    private volatile Optional<Instant> stopped = Optional.empty();

    public DriveWorld(Path directory) throws IOException {
        this(directory, new MemoryTree(), 0, 0);
    }

    public DriveWorld(Path directory, MemoryTree tree, int uid, int gid) throws IOException {
        this.tree = tree;
        this.contents = ContentFiles.open(directory);
        this.server = new FakeServer(contents);
        this.drive = LocalDrive.open(
                tree,
                contents,
                server,
                records::incrementAndGet,
                new DriveSettings(MAX_FILE_BYTES, () -> limits, uid, gid, clock()),
                Runnable::run);
        tree.listener = drive.changes();
    }

    private Clock clock() {
        InstantSource source = () -> stopped.orElseGet(Instant::now).plus(ahead);
        return source.withZone(ZoneOffset.UTC);
    }

    /** From now on time passes only by {@link #pass}. */
    void stopClock() {
        stopped = Optional.of(Instant.now());
    }

    /** So much time passes, and the drive looks at the files that are kept open. */
    void pass(Duration time) {
        ahead = ahead.plus(time);
        drive.publishStill();
    }

    /** Another device makes a file, which is a placeholder here. */
    public ItemId arrive(String name, String text) {
        return tree.arrive(ItemId.ROOT, name, server.blob(text), 0644, 1_000_000_007);
    }

    // What programs do, in one line each.

    public long ino(String name) {
        return drive.lookup(Drive.ROOT_INO, name).ino();
    }

    public long open(String name, OpenMode mode) {
        return open(name, mode, 1);
    }

    public long open(String name, OpenMode mode, int pid) {
        long ino = drive.lookup(Drive.ROOT_INO, name).ino();
        try {
            return drive.open(ino, mode, pid);
        } finally {
            drive.forget(ino, 1);
        }
    }

    public long create(String name) {
        Opened opened = drive.create(Drive.ROOT_INO, name, 0644, 1);
        drive.forget(opened.attributes().ino(), 1);
        return opened.handle();
    }

    public void write(long handle, long offset, String text) {
        drive.write(handle, offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    public void close(long handle) {
        drive.flush(handle);
        drive.release(handle);
    }

    public void save(String name, String text) {
        long handle = create(name);
        write(handle, 0, text);
        close(handle);
    }

    public String read(long handle) {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        int count = drive.read(handle, 0, buffer);
        return new String(buffer.array(), 0, count, StandardCharsets.UTF_8);
    }

    public String read(String name) {
        long handle = open(name, OpenMode.READ);
        try {
            return read(handle);
        } finally {
            close(handle);
        }
    }

    /** The bytes of a content that is on this device. */
    public String here(Content content) {
        try {
            return Files.readString(contents.find(content).orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<MemoryTree.Sealed> seals() {
        return tree.seals;
    }
}
