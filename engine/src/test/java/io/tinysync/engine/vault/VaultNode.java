package io.tinysync.engine.vault;

import com.typesafe.config.ConfigFactory;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.engine.vault.core.Submission;
import io.tinysync.engine.vault.core.VaultState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding.ShardCommand;

/** An actor system with vaults on a table in memory, and short ways to ask them. */
final class VaultNode implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How other nodes would call this one. */
    static final String NODE = "http://node";

    final JournalTable table = new JournalTable();
    /** Where a log ended when an incarnation of its vault had recovered, and after each commit. */
    final ConcurrentLinkedQueue<Cursor> recoveries = new ConcurrentLinkedQueue<>();

    final ConcurrentLinkedQueue<Commit> commits = new ConcurrentLinkedQueue<>();

    final Tally tally = new Tally();

    private final VaultMemory memory = new VaultMemory(Long.MAX_VALUE, Duration.ofDays(1), tally, () -> 0);

    private final ActorTestKit kit;
    private final AtomicLong ids = new AtomicLong();

    record Commit(Cursor before, List<ChainedEntry> entries) {}

    private final class Commits implements CommitListener {

        @Override
        public void recovered(VaultId vaultId, Cursor head) {
            recoveries.add(head);
        }

        @Override
        public void committed(VaultId vaultId, Cursor before, List<ChainedEntry> entries, CommitTrace trace) {
            commits.add(new Commit(before, entries));
        }
    }

    VaultNode() {
        BootstrapSetup config =
                BootstrapSetup.create(ConfigFactory.parseString("""
                        pekko.persistence.journal.plugin = memory-journal
                        memory-journal.class = "io.tinysync.engine.vault.MemoryJournal"
                        pekko.actor.provider = local
                        """).withFallback(ConfigFactory.load()));
        Executor threads = Executors.newVirtualThreadPerTaskExecutor();
        ActorSystemSetup setup = ActorSystemSetup.create(
                config,
                new JournalTable.InSetup(table),
                new VaultSnapshotsSetup(new StateSaver(table, threads, threads)));
        kit = ActorTestKit.create(ActorSystem.create(Behaviors.empty(), "vault-test", setup));
    }

    @Override
    public void close() {
        table.release();
        kit.shutdownTestKit();
    }

    VaultId newVault() {
        return new VaultId(new UUID(1, ids.incrementAndGet()));
    }

    DeviceId newDevice() {
        return new DeviceId(new UUID(2, ids.incrementAndGet()));
    }

    OpId newOp() {
        return new OpId(new UUID(3, ids.incrementAndGet()));
    }

    ItemId newItem() {
        return new ItemId(new UUID(4, ids.incrementAndGet()));
    }

    ActorRef<VaultCommand> start(VaultId vaultId) {
        VaultSettings settings = new VaultSettings(NamePolicy.PORTABLE, Limits.DEFAULT, 0);
        VaultPorts ports = new VaultPorts(
                table,
                table,
                table,
                id -> CompletableFuture.completedFuture(settings),
                new Commits(),
                tally,
                memory,
                () -> Instant.EPOCH,
                () -> NODE);
        return kit.spawn(
                VaultEntity.create(vaultId, ports, probe(ShardCommand.class).getRef()));
    }

    void stop(ActorRef<VaultCommand> vault) {
        TestProbe<VaultCommand> watcher = probe(VaultCommand.class);
        vault.tell(new VaultCommand.Stop());
        watcher.expectTerminated(vault, PATIENCE);
    }

    ActorTestKit kit() {
        return kit;
    }

    <T> TestProbe<T> probe(Class<T> type) {
        return kit.createTestProbe(type);
    }

    Op.CreateFolder createFolder(String name) {
        return new Op.CreateFolder(newOp(), newItem(), List.of(), ItemId.ROOT, name, 0755, 0);
    }

    /** A file whose blob is not held. */
    Op.CreateFile createFileWithoutBlob(String name) {
        return new Op.CreateFile(newOp(), newItem(), List.of(), ItemId.ROOT, name, Content.EMPTY, 0644, 0);
    }

    TestProbe<SubmitReply> submit(ActorRef<VaultCommand> vault, DeviceId device, long requestNo, Op... ops) {
        return submit(vault, device, Cursor.START, requestNo, ops);
    }

    TestProbe<SubmitReply> submit(
            ActorRef<VaultCommand> vault, DeviceId device, Cursor cursor, long requestNo, Op... ops) {
        TestProbe<SubmitReply> probe = probe(SubmitReply.class);
        MutationsRequest request = new MutationsRequest(cursor, requestNo, List.of(ops));
        vault.tell(new VaultCommand.Submit(new Submission(device, request, Map.of()), Origin.UNKNOWN, probe.getRef()));
        return probe;
    }

    VaultHead head(ActorRef<VaultCommand> vault) {
        TestProbe<HeadReply> probe = probe(HeadReply.class);
        vault.tell(new VaultCommand.Describe(probe.getRef()));
        return probe.expectMessageClass(HeadReply.Described.class, PATIENCE).head();
    }

    /** States are saved behind: waits until so many are. */
    void awaitSnapshots(VaultId vaultId, int count) {
        TestProbe<Object> probe = probe(Object.class);
        probe.awaitAssert(PATIENCE, () -> {
            if (table.snapshots(vaultId).size() < count) {
                throw new AssertionError(
                        "saved states: " + table.snapshots(vaultId).keySet());
            }
            return true;
        });
    }

    /** Waits until so many states are proven. */
    void awaitProven(VaultId vaultId, int count) {
        probe(Object.class).awaitAssert(PATIENCE, () -> {
            if (table.proven(vaultId).size() < count) {
                throw new AssertionError("proven states: " + table.proven(vaultId));
            }
            return true;
        });
    }

    VaultState state(ActorRef<VaultCommand> vault) {
        TestProbe<StateReply> probe = probe(StateReply.class);
        vault.tell(new VaultCommand.ReadState(probe.getRef()));
        return probe.expectMessageClass(StateReply.Read.class, PATIENCE).state();
    }

    /** Makes entries until the vault does not remember all of its ops any more. */
    void awaitForgotten(ActorRef<VaultCommand> vault) {
        DeviceId other = newDevice();
        long[] requestNo = {0};
        probe(Object.class).awaitAssert(PATIENCE, () -> {
            submit(vault, other, ++requestNo[0], createFolder("more " + requestNo[0]))
                    .expectMessageClass(SubmitReply.Answered.class, PATIENCE);
            if (state(vault).opsFrom() == 1) {
                throw new AssertionError("all ops are remembered");
            }
            return true;
        });
    }
}
