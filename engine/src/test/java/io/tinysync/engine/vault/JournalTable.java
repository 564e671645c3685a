package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.AcceptedOp;
import io.tinysync.engine.vault.core.KnownOps;
import io.tinysync.engine.vault.core.StoredEntry;
import io.tinysync.engine.vault.core.VaultEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.util.ByteString;

/**
 * The database of the actor tests, in memory: events of one table with a primary key, request numbers, the log index, saved states. It can hold
 * writes and reads back until they are released, and fail them. Safe for any thread.
 */
final class JournalTable implements VaultJournal, RequestNumbers, LogIndex, VaultSnapshots {

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
    private final Map<VaultId, TreeSet<Long>> proven = new HashMap<>();
    private final Map<VaultId, TreeMap<Long, VaultEvent.EntryCommitted>> index = new HashMap<>();
    private final List<Integer> transactions = new ArrayList<>();
    private CompletableFuture<Boolean> writesOpen = CompletableFuture.completedFuture(true);
    private CompletableFuture<Boolean> readsOpen = CompletableFuture.completedFuture(true);
    private boolean failing;
    private boolean breakingStates;
    private boolean endingAtGaps;
    private boolean failingIndex;
    private int headReads;
    private int lookups;
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
        if (endingAtGaps) {
            long next = from;
            while (rows.containsKey(next)) {
                next++;
            }
            long gap = next;
            rows.keySet().removeIf(seq -> seq > gap);
        }
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
                Optional.ofNullable(rows(idOf(vaultId), seq, seq).get(seq))
                        .map(JournalTable::chain)
                        .or(() -> Optional.ofNullable(index(vaultId).get(seq))
                                .map(event -> event.entry().chain())));
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
    public void save(VaultId vaultId, long seq, Encoder state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        state.writeTo(out);
        synchronized (this) {
            checked(() -> snapshots
                    .computeIfAbsent(vaultId, id -> new TreeMap<>())
                    .put(seq, ByteString.fromArray(breakingStates ? new byte[] {1} : out.toByteArray())));
        }
    }

    @Override
    public synchronized void proven(VaultId vaultId, long seq) {
        proven.computeIfAbsent(vaultId, id -> new TreeSet<>()).add(seq);
        while (proven(vaultId).size() > KEPT) {
            proven(vaultId).pollFirst();
        }
        snapshots
                .getOrDefault(vaultId, new TreeMap<>())
                .keySet()
                .removeIf(kept -> kept < proven(vaultId).first());
    }

    /** The states of a vault that were read back. */
    synchronized NavigableSet<Long> proven(VaultId vaultId) {
        return proven.computeIfAbsent(vaultId, id -> new TreeSet<>());
    }

    @Override
    public <T> Optional<T> newest(VaultId vaultId, long maxSeq, Decoder<T> decoder) throws IOException {
        Long seq = new TreeMap<>(snapshots(vaultId)).floorKey(maxSeq);
        return seq == null ? Optional.empty() : at(vaultId, seq, decoder);
    }

    @Override
    public <T> Optional<T> at(VaultId vaultId, long seq, Decoder<T> decoder) throws IOException {
        ByteString bytes = snapshots(vaultId).get(seq);
        return bytes == null
                ? Optional.empty()
                : Optional.of(decoder.readFrom(seq, new ByteArrayInputStream(bytes.toArrayUnsafe())));
    }

    /** States are stored as something else from now on. */
    synchronized void breakingStates() {
        breakingStates = true;
    }

    /** Deletes the head of a journal. */
    synchronized void deleteBelow(VaultId vaultId, long seq) {
        events.getOrDefault(idOf(vaultId), new TreeMap<>()).headMap(seq).clear();
    }

    /** Replays end where an event is missing, with nothing said: a fault of the real journal's plugin. */
    synchronized void endingReplaysAtGaps() {
        endingAtGaps = true;
    }

    synchronized void failingIndex() {
        failingIndex = true;
    }

    /** Deletes one event, as nothing but a fault would. */
    synchronized void deleteEvent(VaultId vaultId, long seq) {
        events.getOrDefault(idOf(vaultId), new TreeMap<>()).remove(seq);
    }

    @Override
    public synchronized CompletionStage<Long> indexedSeq(VaultId vaultId) {
        return CompletableFuture.completedFuture(
                index(vaultId).isEmpty() ? 0L : index(vaultId).lastKey());
    }

    @Override
    public synchronized CompletionStage<Long> catchUp(VaultId vaultId) {
        if (failingIndex) {
            return CompletableFuture.failedFuture(new IllegalStateException("the index fails, as the test asked"));
        }
        long from = index(vaultId).isEmpty() ? 1 : index(vaultId).lastKey() + 1;
        events.getOrDefault(idOf(vaultId), new TreeMap<>())
                .tailMap(from)
                .forEach((seq, bytes) -> index(vaultId).put(seq, stored(bytes)));
        return indexedSeq(vaultId);
    }

    @Override
    public synchronized CompletionStage<KnownOps> find(VaultId vaultId, Set<OpId> ops) {
        lookups++;
        Map<OpId, AcceptedOp> known = new HashMap<>();
        index(vaultId).values().forEach(event -> {
            OpId opId = event.entry().opId();
            VaultEvent.Origin origin = event.origin();
            if (opId != null && origin != null && ops.contains(opId)) {
                known.put(opId, new AcceptedOp(event.entry().seq(), origin.opHash()));
            }
        });
        long toSeq = index(vaultId).isEmpty() ? 0 : index(vaultId).lastKey();
        return CompletableFuture.completedFuture(new KnownOps(toSeq, known));
    }

    /** How often the index was asked for ops. */
    synchronized int lookups() {
        return lookups;
    }

    private NavigableMap<Long, VaultEvent.EntryCommitted> index(VaultId vaultId) {
        return index.computeIfAbsent(vaultId, id -> new TreeMap<>());
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

    private static Chain chain(ByteString bytes) {
        return stored(bytes).entry().chain();
    }

    private static VaultEvent.EntryCommitted stored(ByteString bytes) {
        try {
            return StoredEntry.read(bytes.toArrayUnsafe());
        } catch (Json.MalformedException e) {
            throw new UncheckedIOException(e);
        }
    }
}
