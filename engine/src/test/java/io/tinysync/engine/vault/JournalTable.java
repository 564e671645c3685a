package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.StoredEntry;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.util.ByteString;

/**
 * The database of the actor tests, in memory: events of one table with a primary key, request numbers, snapshots. It can hold
 * writes and reads back until they are released, and fail them. Safe for any thread.
 */
final class JournalTable implements VaultJournal, RequestNumbers, VaultSnapshots {

    /** Hands the table to {@link MemoryJournal}, which Pekko makes by itself. */
    static final class InSetup extends Setup {
        final JournalTable table;

        InSetup(JournalTable table) {
            this.table = table;
        }
    }

    private final Map<String, TreeMap<Long, ByteString>> events = new HashMap<>();
    private final Map<VaultId, Map<DeviceId, Long>> numbers = new HashMap<>();
    private final Map<VaultId, TreeMap<Long, ByteString>> snapshots = new HashMap<>();
    private final List<Integer> transactions = new ArrayList<>();
    private CompletableFuture<Boolean> writesOpen = CompletableFuture.completedFuture(true);
    private CompletableFuture<Boolean> readsOpen = CompletableFuture.completedFuture(true);
    private boolean failing;
    private int headReads;
    private int replayed;

    synchronized void holdWrites() {
        writesOpen = new CompletableFuture<>();
    }

    synchronized void holdReads() {
        readsOpen = new CompletableFuture<>();
    }

    void release() {
        CompletableFuture<Boolean> writes;
        CompletableFuture<Boolean> reads;
        synchronized (this) {
            writes = writesOpen;
            reads = readsOpen;
        }
        writes.complete(true);
        reads.complete(true);
    }

    synchronized void failing(boolean newFailing) {
        failing = newFailing;
    }

    /** How many events each transaction wrote. */
    synchronized List<Integer> transactions() {
        return List.copyOf(transactions);
    }

    synchronized int headReads() {
        return headReads;
    }

    synchronized int replayed() {
        return replayed;
    }

    synchronized Map<Long, ByteString> snapshots(VaultId vaultId) {
        return new TreeMap<>(snapshots.getOrDefault(vaultId, new TreeMap<>()));
    }

    synchronized void breakSnapshot(VaultId vaultId, long seq) {
        snapshots.getOrDefault(vaultId, new TreeMap<>()).put(seq, ByteString.fromString("broken"));
    }

    /** Writes rows all or none; a row that is there already fails it. */
    CompletionStage<Boolean> insert(String persistenceId, Map<Long, ByteString> rows) {
        return afterWritesOpen(() -> {
            TreeMap<Long, ByteString> table = events.computeIfAbsent(persistenceId, id -> new TreeMap<>());
            if (rows.keySet().stream().anyMatch(table::containsKey)) {
                throw new IllegalStateException("duplicate key");
            }
            table.putAll(rows);
            transactions.add(rows.size());
            return true;
        });
    }

    synchronized Map<Long, ByteString> rows(String persistenceId, long from, long to) {
        Map<Long, ByteString> rows = new TreeMap<>(
                events.getOrDefault(persistenceId, new TreeMap<>()).subMap(from, true, to, true));
        replayed += rows.size();
        return rows;
    }

    synchronized long highest(String persistenceId) {
        TreeMap<Long, ByteString> table = events.getOrDefault(persistenceId, new TreeMap<>());
        return table.isEmpty() ? 0 : table.lastKey();
    }

    @Override
    public CompletionStage<Long> highestSeq(VaultId vaultId) {
        CompletableFuture<Boolean> open;
        synchronized (this) {
            headReads++;
            open = readsOpen;
        }
        return open.thenApply(ignored -> checked(() -> highest(idOf(vaultId))));
    }

    @Override
    public CompletionStage<Optional<Chain>> chainAt(VaultId vaultId, long seq) {
        return CompletableFuture.completedFuture(
                Optional.ofNullable(rows(idOf(vaultId), seq, seq).get(seq)).map(JournalTable::chain));
    }

    @Override
    public synchronized CompletionStage<Map<DeviceId, Long>> load(VaultId vaultId) {
        return CompletableFuture.completedFuture(Map.copyOf(numbers.getOrDefault(vaultId, Map.of())));
    }

    @Override
    public CompletionStage<Boolean> record(VaultId vaultId, Map<DeviceId, Long> recorded, long expectedHeadSeq) {
        return afterWritesOpen(() -> {
            if (highest(idOf(vaultId)) != expectedHeadSeq) {
                return false;
            }
            Map<DeviceId, Long> known = numbers.computeIfAbsent(vaultId, id -> new HashMap<>());
            recorded.forEach((device, number) -> known.merge(device, number, Math::max));
            return true;
        });
    }

    @Override
    public synchronized CompletionStage<Void> save(VaultId vaultId, Stored state) {
        TreeMap<Long, ByteString> kept = snapshots.computeIfAbsent(vaultId, id -> new TreeMap<>());
        kept.put(state.seq(), state.bytes());
        while (kept.size() > KEPT) {
            kept.pollFirstEntry();
        }
        return CompletableFuture.runAsync(() -> {}, Runnable::run);
    }

    @Override
    public synchronized CompletionStage<Optional<Stored>> newest(VaultId vaultId, long maxSeq) {
        var found = snapshots.getOrDefault(vaultId, new TreeMap<>()).floorEntry(maxSeq);
        return CompletableFuture.completedFuture(
                found == null ? Optional.empty() : Optional.of(new Stored(found.getKey(), found.getValue())));
    }

    private synchronized CompletionStage<Boolean> afterWritesOpen(Supplier<Boolean> write) {
        return writesOpen.thenApply(ignored -> checked(write));
    }

    private synchronized <T> T checked(Supplier<T> action) {
        if (failing) {
            throw new IllegalStateException("the table fails, as the test asked");
        }
        return action.get();
    }

    private static String idOf(VaultId vaultId) {
        return VaultEntity.persistenceId(vaultId).id();
    }

    private static Chain chain(ByteString stored) {
        try {
            return StoredEntry.read(stored.toArrayUnsafe()).entry().chain();
        } catch (Json.MalformedException e) {
            throw new UncheckedIOException(e);
        }
    }
}
