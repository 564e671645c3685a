package io.tinysync.engine.simulation;

import io.tinysync.engine.device.Answers;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.ItemTree;
import io.tinysync.engine.vault.core.Submission;
import io.tinysync.engine.vault.core.VaultCore;
import io.tinysync.engine.vault.core.VaultEvent;
import io.tinysync.engine.vault.core.VaultOutcome;
import io.tinysync.engine.vault.core.VaultState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One vault on the product's own vault core, with its log and its blobs. */
final class SimulatedServer {

    private static final Limits TIGHT = new Limits(50_000_000, 1, 256, 8 << 20);

    private final Tally tally;
    private final List<Entry> log = new ArrayList<>();
    private final Set<Sha256> blobs = new HashSet<>();
    private final Set<Sha256> named = new HashSet<>();
    private final Map<Sha256, Long> sizes = new HashMap<>();
    private VaultState state;
    private boolean quotaFull;

    SimulatedServer(NamePolicy policy, Tally tally) {
        this.state = VaultState.empty(policy);
        this.tally = tally;
    }

    ItemTree tree() {
        return state.tree();
    }

    Cursor cursor() {
        return state.cursor();
    }

    List<Entry> log() {
        return log;
    }

    void quotaFull(boolean full) {
        quotaFull = full;
    }

    Answers.Mutations mutations(DeviceId device, MutationsRequest request, long nowMs) {
        VaultCore core = new VaultCore(quotaFull ? TIGHT : Limits.DEFAULT);
        Map<Sha256, Long> held = new HashMap<>();
        blobs.forEach(blob -> held.put(blob, sizes.getOrDefault(blob, 0L)));
        VaultOutcome outcome = core.decide(state, new Submission(device, request, held), Instant.ofEpochMilli(nowMs));
        return switch (outcome) {
            case VaultOutcome.Answered(var events, var next, var reply) -> {
                state = next;
                events.stream().map(VaultEvent.EntryCommitted::entry).forEach(this::append);
                reply.results().forEach(this::count);
                yield new Answers.Results(reply);
            }
            case VaultOutcome.Diverged _ -> new Answers.Diverged();
            case VaultOutcome.Rewound(long highest) -> {
                tally.count("rewound");
                yield new Answers.Rewound(highest);
            }
            case VaultOutcome.ChainNeeded _ -> throw new IllegalStateException("worlds are small");
        };
    }

    private void append(Entry entry) {
        log.add(entry);
        Item item = entry.item();
        Content content = item == null ? null : item.content();
        if (content != null) {
            named.add(content.sha256());
        }
    }

    private void count(OpResult result) {
        tally.count(result.code() == null ? "accepted" : "rejected " + result.code());
    }

    Answers.Log log(Cursor after, int limit, boolean truncates) {
        long head = log.size();
        boolean diverged = after.seq() > head
                || (after.seq() > 0 && !log.get((int) after.seq() - 1).chain().equals(after.chain()));
        if (diverged) {
            tally.count("diverged");
            return new Answers.Diverged();
        }
        if (truncates && head - after.seq() > 10) {
            tally.count("truncated");
            return new Answers.Truncated();
        }
        int from = (int) after.seq();
        List<Entry> entries = log.subList(from, Math.min(log.size(), from + limit));
        return new Answers.Page(new LogPage(state.cursor().epoch(), head, 1, entries));
    }

    List<Item> snapshot() {
        List<Item> items = new ArrayList<>();
        state.tree().liveItems().forEachRemaining(items::add);
        return items;
    }

    void store(Content content) {
        blobs.add(content.sha256());
        sizes.put(content.sha256(), content.size());
    }

    /** Forgets the blobs that nothing has ever named, as a garbage collection would that came too early. */
    void collectGarbage() {
        if (blobs.retainAll(named)) {
            tally.count("collected blobs");
        }
    }

    /** An old backup is put in place of the vault, its blobs kept. */
    void restore(Backup backup) {
        log.clear();
        log.addAll(backup.log());
        VaultEvent.EntryCommitted epoch = new VaultCore(Limits.DEFAULT).beginEpoch(backup.state(), Instant.EPOCH);
        state = backup.state().apply(epoch);
        log.add(epoch.entry());
        tally.count("restored backups");
    }

    Backup backup() {
        return new Backup(state, List.copyOf(log));
    }

    record Backup(VaultState state, List<Entry> log) {}

    /** All contents that live items have. */
    Set<Sha256> liveContents() {
        Set<Sha256> contents = new HashSet<>();
        for (Iterator<Item> items = state.tree().liveItems(); items.hasNext(); ) {
            @Nullable Content content = items.next().content();
            if (content != null) {
                contents.add(content.sha256());
            }
        }
        return contents;
    }

    /** Whether no op took effect twice. */
    boolean isExactlyOnce() {
        Set<Object> ops = new HashSet<>();
        return log.stream().allMatch(entry -> entry.opId() == null || ops.add(entry.opId()));
    }

    /** Runs an op that no simulated device asks for. */
    void administer(DeviceId device, long requestNo, Op op, long nowMs) {
        mutations(device, new MutationsRequest(state.cursor(), requestNo, List.of(op)), nowMs);
    }
}
