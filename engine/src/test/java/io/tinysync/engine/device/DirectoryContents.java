package io.tinysync.engine.device;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Contents as files in one directory, as simply as the port allows. */
final class DirectoryContents implements ContentStore {

    private final Path directory;
    private final AtomicLong numbers = new AtomicLong();

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

    @Override
    public Optional<Path> find(Content content) {
        return Optional.of(file(content.sha256())).filter(Files::exists);
    }

    @Override
    public Download begin(Content content) {
        Path partial = directory.resolve("partial" + numbers.incrementAndGet());
        return new Download() {
            @Override
            public Path path() {
                return partial;
            }

            @Override
            public boolean commit() throws IOException {
                boolean same = Sha256.hash(Files.readAllBytes(partial)).equals(content.sha256());
                if (same) {
                    Files.move(partial, file(content.sha256()));
                }
                return same;
            }

            @Override
            public void close() throws IOException {
                Files.deleteIfExists(partial);
            }
        };
    }

    @Override
    public void makeDurable(Collection<Sha256> hashes) {}

    @Override
    public void drop(Sha256 sha256) throws IOException {
        Files.deleteIfExists(file(sha256));
    }
}
