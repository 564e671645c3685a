package io.tinysync.engine.device;

import io.tinysync.engine.device.core.Eviction;
import io.tinysync.engine.device.core.Pieces;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Contents as files in one directory, as simply as the port allows. */
final class DirectoryContents implements ContentStore {

    private final Path directory;
    private final Map<Sha256, Kept> kept = new HashMap<>();
    final Set<Sha256> inUse = new HashSet<>();
    long freeBytes = Long.MAX_VALUE / 2;
    private long dropped;

    /** What an attempt left. */
    private record Kept(Leaves leaves, Pieces pieces) {}

    DirectoryContents(Path directory) {
        this.directory = directory;
    }

    Content add(byte[] bytes) throws IOException {
        Sha256 sha256 = Sha256.hash(bytes);
        Files.write(file(sha256), bytes);
        return new Content(sha256, bytes.length);
    }

    private Path file(Sha256 sha256) {
        return directory.resolve(sha256.toString());
    }

    /** The bytes that came so far of a content that is on its way. */
    byte[] arrived(Content content, int offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(partial(content))) {
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
                // Until all is read.
            }
        }
        return bytes.array();
    }

    private Path partial(Content content) {
        return directory.resolve(content.sha256() + ".partial");
    }

    @Override
    public Optional<Path> find(Content content) {
        return Optional.of(file(content.sha256())).filter(Files::exists);
    }

    @Override
    public boolean isAbsent(Content content) {
        return find(content).isEmpty();
    }

    @Override
    public synchronized Partial begin(Content content) {
        return new DirectoryPartial(content);
    }

    @Override
    public void makeDurable(Collection<Sha256> hashes) {}

    @Override
    public boolean has(Content content) {
        return find(content).isPresent();
    }

    @Override
    public Drop drop(Sha256 sha256, BooleanSupplier condition) throws IOException {
        if (inUse.contains(sha256)) {
            return Drop.IN_USE;
        }
        if (!Files.exists(file(sha256))) {
            return Drop.ABSENT;
        }
        if (!condition.getAsBoolean()) {
            return Drop.KEPT;
        }
        dropped += Files.size(file(sha256));
        Files.delete(file(sha256));
        return Drop.DROPPED;
    }

    @Override
    public void scan(Consumer<Eviction.Cached> each) throws IOException {
        try (var files =
                Files.newDirectoryStream(directory, file -> !file.toString().endsWith(".partial"))) {
            for (Path file : files) {
                each.accept(new Eviction.Cached(
                        Sha256.parse(file.getFileName().toString()),
                        Files.size(file),
                        Files.getLastModifiedTime(file).toMillis()));
            }
        }
    }

    @Override
    public long changedBytes() {
        return -dropped;
    }

    @Override
    public long freeBytes() {
        return freeBytes;
    }

    private final class DirectoryPartial implements Partial {

        private final Content content;
        private final Path path;

        DirectoryPartial(Content content) {
            this.content = content;
            this.path = partial(content);
        }

        @Override
        public Optional<Leaves> leaves() {
            synchronized (DirectoryContents.this) {
                return Optional.ofNullable(kept.get(content.sha256())).map(Kept::leaves);
            }
        }

        @Override
        public Pieces goBy(Leaves leaves) {
            synchronized (DirectoryContents.this) {
                Kept before = kept.get(content.sha256());
                Pieces pieces = before == null ? Pieces.none(content.size()) : before.pieces();
                kept.put(content.sha256(), new Kept(leaves, pieces));
                return pieces;
            }
        }

        @Override
        public void put(int leaf, ByteBuffer bytes) throws IOException {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                long at = Pieces.none(content.size()).offsetOf(leaf);
                while (bytes.hasRemaining()) {
                    at += channel.write(bytes, at);
                }
            }
            synchronized (DirectoryContents.this) {
                kept.computeIfPresent(
                        content.sha256(),
                        (sha256, before) ->
                                new Kept(before.leaves(), before.pieces().with(leaf)));
            }
        }

        @Override
        public boolean commit() throws IOException {
            boolean same = Sha256.hash(Files.readAllBytes(path)).equals(content.sha256());
            if (same) {
                Files.move(path, file(content.sha256()));
            }
            discard();
            return same;
        }

        @Override
        public void discard() throws IOException {
            synchronized (DirectoryContents.this) {
                kept.remove(content.sha256());
            }
            Files.deleteIfExists(path);
        }

        @Override
        public void close() {}
    }
}
