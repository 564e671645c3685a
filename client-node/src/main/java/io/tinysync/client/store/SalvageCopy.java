package io.tinysync.client.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a store's file that may be opened, and mended, without touching the file. Where SQLite does not take its beginning,
 * that of a new store is put in its place: every store has its tables at the same pages, since they are made first and in one
 * order.
 */
final class SalvageCopy implements AutoCloseable {

    private static final int HEADER_BYTES = 100;
    private static final int PAGE_BYTES = 4096;
    private static final int PAGE_COUNT_OFFSET = 28;

    private final Path directory;
    private final Path file;

    private SalvageCopy(Path directory, Path file) {
        this.directory = directory;
        this.file = file;
    }

    static SalvageCopy of(Path store) throws IOException {
        Path directory = Files.createTempDirectory("tinysync-salvage");
        SalvageCopy copy = new SalvageCopy(directory, directory.resolve("store.sqlite"));
        Files.copy(store, copy.file);
        Path log = WriteAheadLog.path(store);
        if (Files.exists(log)) {
            Files.copy(log, WriteAheadLog.path(copy.file));
        }
        return copy;
    }

    /** Opens it, mended as far as need be; nothing if no mending helps. */
    Optional<Sql> open() throws IOException {
        Optional<Sql> opened = tried();
        for (int bytes : new int[] {HEADER_BYTES, PAGE_BYTES}) {
            if (opened.isEmpty() && Files.size(file) >= PAGE_BYTES) {
                graft(bytes);
                opened = tried();
            }
        }
        return opened;
    }

    private Optional<Sql> tried() {
        Sql sql = null;
        try {
            sql = Sql.open(file);
            boolean isStore = sql.first(row -> row.getInt(1), "SELECT 1 FROM sqlite_schema WHERE name = 'pending'")
                    .isPresent();
            if (isStore) {
                return Optional.of(sql);
            }
            sql.close();
            return Optional.empty();
        } catch (SQLException e) {
            closeQuietly(sql);
            return Optional.empty();
        }
    }

    private static void closeQuietly(@Nullable Sql sql) {
        try {
            if (sql != null) {
                sql.close();
            }
        } catch (SQLException e) {
            // Of a file that cannot be read nothing is left to be lost.
        }
    }

    /** Puts the first bytes of a new store in the place of the copy's, with the copy's own count of pages. */
    private void graft(int bytes) throws IOException {
        Path fresh = directory.resolve("fresh.sqlite");
        Files.deleteIfExists(fresh);
        SqliteStore.create(fresh, name -> name);
        ByteBuffer beginning = ByteBuffer.allocate(bytes);
        try (FileChannel from = FileChannel.open(fresh, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (beginning.hasRemaining() && from.read(beginning, beginning.position()) > 0) {
                // Until it is full.
            }
            beginning.putInt(PAGE_COUNT_OFFSET, (int) (Files.size(file) / PAGE_BYTES));
            to.write(beginning.flip(), 0);
        }
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path each : files) {
                Files.deleteIfExists(each);
            }
        }
        Files.deleteIfExists(directory);
    }
}
