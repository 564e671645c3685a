package io.tinysync.jmh;

import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.StoredLocalTree;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.device.core.Replay;
import io.tinysync.engine.device.core.Work;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a device's SQLite store of 100,000 items costs: finding a path, and deciding 50 pending ops anew. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
public class DeviceBenchmark {

    private static final int PENDING = 50;
    private static final long NOW_MS = 1_700_000_000_000L;

    private final DeviceRules rules = new DeviceRules(
            NameRules.of(NamePolicy.PORTABLE), new CountedIds(), "laptop", 0, 0, Limits.DEFAULT.maxFileBytes());
    private @Nullable Path directory;
    private @Nullable SqliteStore opened;

    /** Never the same twice, and apart from those of the large tree. */
    private static final class CountedIds implements Ids {
        private final AtomicLong last = new AtomicLong(10_000_000);

        @Override
        public OpId newOpId() {
            return new OpId(newItemId().value());
        }

        @Override
        public ItemId newItemId() {
            return LargeTree.id(last.incrementAndGet());
        }
    }

    @Setup(Level.Trial)
    public void fill() throws IOException, RefusedException {
        directory = Files.createTempDirectory("tinysync-jmh");
        SqliteStore store = SqliteStore.open(
                directory.resolve("store.sqlite"),
                name -> rules.names().key(name).value());
        opened = store;
        List<Item> items = LargeTree.items();
        var _ = store.write(transaction -> {
            items.forEach(transaction::putServerItem);
            transaction.setPosition(transaction.position().withBootstrapped());
            return transaction.serverTotals().items();
        });
        for (int i = 0; i < PENDING; i++) {
            var _ = tree().createFolder(ItemId.ROOT, "pending " + i, 0755, 0);
        }
    }

    private SqliteStore store() {
        return Objects.requireNonNull(opened, "the store is open during a trial");
    }

    private StoredLocalTree tree() {
        return new StoredLocalTree(store(), rules, () -> NOW_MS, TreeListener.NONE, () -> {});
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        store().close();
        try (Stream<Path> all = Files.walk(Objects.requireNonNull(directory))) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Four names, from the root to a file. */
    @Benchmark
    public ItemId lookUpPath() {
        StoredLocalTree tree = tree();
        ItemId at = ItemId.ROOT;
        for (String name : LargeTree.PATH) {
            at = tree.child(at, name).orElseThrow().itemId();
        }
        return at;
    }

    /** All pending ops in one transaction. */
    @Benchmark
    public Integer rebase() {
        return store().write(transaction -> {
            transaction.setPosition(transaction.position().withRebaseDue(true));
            new Replay(new Work(transaction, rules, NOW_MS)).rebaseIfDue(true);
            return (int) transaction.pendingTotals().ops();
        });
    }
}
