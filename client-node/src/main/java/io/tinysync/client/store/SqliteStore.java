package io.tinysync.client.store;

import io.tinysync.client.Refusal;
import io.tinysync.engine.device.DeviceStore;
import io.tinysync.engine.device.core.SnapshotLoad;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The store in one SQLite file in WAL mode: readers have connections of their own and see the last commit, whatever the writer is
 * at. A commit is in the operating system's hands when it returns, and on stable storage after {@link #makeDurable}.
 */
public final class SqliteStore implements DeviceStore, AutoCloseable {

    /** Reads at once; the drive's threads are bounded, and a read takes some 20 µs. */
    private static final int READERS = 4;

    private final SqliteTables writer;
    private final ReentrantLock writing = new ReentrantLock();
    private final List<SqliteTables> readers;
    private final BlockingQueue<SqliteTables> idleReaders;
    private final WriteAheadLog log;
    /** As the last commit left it; only the writer changes it. */
    private @Nullable StoreState state;

    private SqliteStore(SqliteTables writer, List<SqliteTables> readers, WriteAheadLog log) {
        this.writer = writer;
        this.readers = List.copyOf(readers);
        this.idleReaders = new ArrayBlockingQueue<>(READERS, false, readers);
        this.log = log;
    }

    /**
     * Opens the store, and makes it if it is missing.
     *
     * @param file in a directory that exists and that only this process uses
     * @param nameKey what makes names equal under the vault's policy
     * @throws Refusal if the file is damaged, or not a store of this program or of an older one; then it is left as it is
     */
    public static SqliteStore open(Path file, UnaryOperator<String> nameKey) {
        StoreCheck.require(file);
        if (!Files.exists(file)) {
            create(file, nameKey);
        }
        SqliteTables.Parsed parsed = new SqliteTables.Parsed();
        try {
            SqliteTables writer = SqliteTables.open(file, nameKey, parsed);
            Schema.migrate(writer.sql());
            List<SqliteTables> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(SqliteTables.open(file, nameKey, parsed));
            }
            WriteAheadLog log = WriteAheadLog.of(file);
            log.forceDirectory();
            return new SqliteStore(writer, readers, log);
        } catch (SQLException e) {
            throw Refusal.of("cannot open the device's store " + file, e);
        }
    }

    /** Makes the file under another name first, so that one which is there was once a whole store. */
    static void create(Path file, UnaryOperator<String> nameKey) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(unfinished);
            try (SqliteTables tables = SqliteTables.open(unfinished, nameKey, new SqliteTables.Parsed())) {
                Schema.migrate(tables.sql());
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (SQLException | IOException e) {
            throw Refusal.of("cannot make the device's store " + file, e);
        }
    }

    @Override
    public <T> T read(Function<StoreView, T> work) {
        SqliteTables reader = borrowReader();
        try {
            reader.sql().update("BEGIN");
            reader.forget();
            try {
                return work.apply(new SqliteView(reader));
            } finally {
                reader.sql().update("COMMIT");
            }
        } catch (SQLException e) {
            throw StoreException.of("the device's store could not be read", e);
        } finally {
            idleReaders.add(reader);
        }
    }

    /**
     * {@inheritDoc} While nobody writes, it is the writer's: what was written or looked at a moment ago, which is most of what a
     * drive is asked for, it knows without SQL.
     */
    @Override
    public <T> T glance(Function<StoreView, T> work) {
        if (writing.isHeldByCurrentThread() || !writing.tryLock()) {
            return read(work);
        }
        try {
            return work.apply(new SqliteView(writer, committedState()));
        } catch (SQLException e) {
            throw StoreException.of("the device's store could not be read", e);
        } finally {
            writing.unlock();
        }
    }

    /** As the last commit left it; for who holds the lock. */
    private StoreState committedState() throws SQLException {
        StoreState known = state;
        if (known == null) {
            known = StoreState.load(writer.sql());
            state = known;
        }
        return known;
    }

    private SqliteTables borrowReader() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return idleReaders.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public <T> T write(Function<StoreTransaction, T> work) {
        return transaction(false, work);
    }

    /** Runs the function in a write transaction; with {@code adopting}, the staged tree can be seen and adopted. */
    <T> T transaction(boolean adopting, Function<? super SqliteTransaction, T> work) {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a write within a write");
        }
        writing.lock();
        try {
            T result = committed(adopting, work);
            log.written();
            return result;
        } catch (SQLException e) {
            throw StoreException.of("the device's store could not be written", e);
        } finally {
            writing.unlock();
        }
    }

    private <T> T committed(boolean adopting, Function<? super SqliteTransaction, T> work) throws SQLException {
        writer.sql().update("BEGIN IMMEDIATE");
        boolean done = false;
        try {
            SqliteTransaction transaction = new SqliteTransaction(writer, committedState(), adopting);
            T result = work.apply(transaction);
            transaction.finish();
            writer.sql().update("COMMIT");
            state = transaction.state();
            done = true;
            return result;
        } finally {
            if (!done) {
                state = null;
                writer.forget();
                rollBack();
            }
        }
    }

    private void rollBack() {
        try {
            writer.sql().update("ROLLBACK");
        } catch (SQLException e) {
            // After some failures, a full disk among them, SQLite has rolled back by itself.
        }
    }

    @Override
    public void makeDurable() {
        log.force();
    }

    @Override
    public SnapshotLoad loadSnapshot() {
        return new SqliteSnapshotLoad(this);
    }

    /**
     * Whether records were lost though the file is whole: the store is missing, or its log is damaged before its end. To be asked
     * before the store is opened.
     */
    public static boolean hasLostRecords(Path file) {
        try {
            return !Files.exists(file) || LogCheck.holdsLostCommits(file);
        } catch (IOException e) {
            throw Refusal.of("cannot read the log of the device's store " + file, e);
        }
    }

    /** Those of the contents that no record names: no item of the server's tree, no change and no file of this device. */
    public Set<Sha256> unnamed(Collection<Sha256> contents) {
        Set<Sha256> left = new HashSet<>(contents);
        SqliteTables reader = borrowReader();
        try {
            StoreState state = StoreState.load(reader.sql());
            reader.sql().each(ServerRows::read, item -> forget(left, item.content()), ServerRows.all(state.tree()));
            reader.sql().each(OverlayRows::read, row -> forget(left, row.content()), OverlayRows.SELECT);
            reader.sql()
                    .each(reader.pending()::read, op -> forget(left, op.intent().gives()), PendingRows.SELECT);
            return left;
        } catch (SQLException e) {
            throw StoreException.of("the device's store could not be read", e);
        } finally {
            idleReaders.add(reader);
        }
    }

    private static void forget(Set<Sha256> contents, @Nullable Content named) {
        if (named != null) {
            contents.remove(named.sha256());
        }
    }

    /** For tests of a full disk: the file may not grow any more. */
    void limitPages() {
        SqliteView.tried(() -> {
            writer.sql().execute("PRAGMA max_page_count = 1");
            return 0;
        });
    }

    /** Closes the file; call it when nothing else is under way. */
    @Override
    public void close() {
        writing.lock();
        try {
            for (SqliteTables reader : readers) {
                reader.close();
            }
            writer.close();
        } catch (SQLException e) {
            throw StoreException.of("the device's store could not be closed", e);
        } finally {
            writing.unlock();
        }
    }
}
