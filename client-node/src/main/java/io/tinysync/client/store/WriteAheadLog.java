package io.tinysync.client.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes commits survive power loss. With {@code synchronous = NORMAL} SQLite syncs its log only around checkpoints; syncing the
 * log's file makes every commit in it durable, as recovery takes the log's valid prefix (https://sqlite.org/wal.html). SQLite holds
 * no locks on that file, so that opening and closing it here takes none away.
 */
final class WriteAheadLog {

    private final Path file;
    private final Path directory;
    private final AtomicLong written = new AtomicLong();
    private long durable;

    private WriteAheadLog(Path file, Path directory) {
        this.file = file;
        this.directory = directory;
    }

    static WriteAheadLog of(Path database) {
        return new WriteAheadLog(path(database), database.toAbsolutePath().resolveSibling(""));
    }

    /** Where SQLite keeps the log of a file. */
    static Path path(Path database) {
        Path absolute = database.toAbsolutePath();
        return absolute.resolveSibling(absolute.getFileName() + "-wal");
    }

    /** A commit was made. */
    void written() {
        written.incrementAndGet();
    }

    /** Returns when every commit made before is durable; those who wait together share one sync. */
    void force() {
        long wanted = written.get();
        synchronized (this) {
            if (durable >= wanted) {
                return;
            }
            long reached = written.get();
            sync(file);
            durable = reached;
        }
    }

    /** Makes the files' names durable. */
    void forceDirectory() {
        sync(directory);
    }

    private static void sync(Path path) {
        StandardOpenOption mode = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            // Without a log everything is in the database's file, which SQLite has synced.
        } catch (IOException e) {
            throw new StoreException("the device's store could not be made durable", e);
        }
    }
}
