package io.tinysync.client.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.StoredLocalTree;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.device.core.Replay;
import io.tinysync.engine.device.core.UploadPlan;
import io.tinysync.engine.device.core.Work;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.tree.NameRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weeks of work without a server, on the real store: starting, deciding all of it anew and sending it stay matters of seconds. */
final class BacklogTest {

    private static final int FOLDERS = 200;
    private static final int IN_EACH = 100;

    /** Many times what it takes, and far less than anything that grows with the square of the backlog would. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final AtomicLong numbers = new AtomicLong();
    private final DeviceRules rules = new DeviceRules(
            NameRules.of(NamePolicy.POSIX),
            new Ids() {
                @Override
                public OpId newOpId() {
                    return new OpId(new UUID(0x7000, numbers.incrementAndGet()));
                }

                @Override
                public ItemId newItemId() {
                    return new ItemId(new UUID(0x7001, numbers.incrementAndGet()));
                }
            },
            "laptop",
            0,
            0,
            1L << 40);

    @Test
    void twenty_thousand_changes_are_started_with_decided_anew_and_sent_in_seconds() throws Exception {
        Path file = directory.resolve("store.sqlite");
        try (SqliteStore store = SqliteStore.open(file, name -> name)) {
            fill(store);
        }
        long start = System.nanoTime();
        try (SqliteStore store = SqliteStore.open(file, name -> name)) {
            assertThat(store.<Long>read(view -> view.pendingTotals().ops())).isEqualTo(FOLDERS * IN_EACH + FOLDERS);
            tell("start", start);
            start = System.nanoTime();
            work(store, work -> {
                new Replay(work).rebaseIfDue(true);
                return 0;
            });
            tell("decide anew", start);
            start = System.nanoTime();
            drain(store);
            tell("plan and send", start);
            assertThat(store.<Long>read(view -> view.pendingTotals().ops())).isZero();
        }
    }

    private void fill(SqliteStore store) throws Exception {
        store.<Integer>write(tx -> {
            tx.setPosition(tx.position().withBootstrapped());
            return 0;
        });
        StoredLocalTree tree = new StoredLocalTree(store, rules, () -> 1000, TreeListener.NONE, () -> {});
        for (int folder = 0; folder < FOLDERS; folder++) {
            ItemId id =
                    tree.createFolder(ItemId.ROOT, "folder " + folder, 0755, 1).itemId();
            for (int number = 0; number < IN_EACH; number++) {
                tree.createSymlink(id, "link " + number, "target", 0777, 1);
            }
        }
        store.<Integer>write(tx -> {
            tx.setPosition(tx.position().withRebaseDue(true));
            return 0;
        });
    }

    /** As if every request were answered and replayed at once. */
    private void drain(SqliteStore store) {
        Optional<MutationsRequest> request = work(store, work -> UploadPlan.begin(work, content -> true));
        while (request.isPresent()) {
            MutationsRequest sent = request.get();
            store.<Integer>write(tx -> {
                sent.ops().forEach(op -> tx.removePending(op.opId()));
                return 0;
            });
            request = work(store, work -> UploadPlan.begin(work, content -> true));
        }
    }

    private <T> T work(SqliteStore store, Function<Work, T> change) {
        return store.write(tx -> change.apply(new Work(tx, rules, 2000)));
    }

    private static void tell(String what, long start) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("backlog of " + FOLDERS * IN_EACH + ": " + what + " took " + took.toMillis() + " ms");
        assertThat(took).isLessThan(LIMIT);
    }
}
