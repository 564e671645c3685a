package io.tinysync.simulation;

import io.tinysync.engine.device.Answers;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.ItemTree;
import io.tinysync.engine.vault.core.Submission;
import io.tinysync.engine.vault.core.VaultCore;
import io.tinysync.engine.vault.core.VaultEvent;
import io.tinysync.engine.vault.core.VaultOutcome;
import io.tinysync.engine.vault.core.VaultState;
import io.tinysync.engine.vault.core.VaultStateFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The server's side: one vault on the product's own core, its journal and its blobs. Journal and blobs are durable at once. */
final class Vault {

    private static final Limits TIGHT = new Limits(50_000_000, 1, 0L, 256, 8 << 20);

    private final World world;
    private final List<Entry> log = new ArrayList<>();
    private final Map<Sha256, byte[]> blobs = new HashMap<>();
    private final Set<Sha256> named = new HashSet<>();
    private VaultState state;
    private boolean quotaFull;

    Vault(World world, NamePolicy policy) {
        this.world = world;
        this.state = VaultState.empty(policy);
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

    Answers.Mutations mutations(DeviceId device, MutationsRequest request) {
        MutationsRequest asked = world.sabotage.onServer(request, state);
        VaultCore core = new VaultCore(quotaFull ? TIGHT : Limits.DEFAULT);
        Map<Sha256, Long> held = new HashMap<>();
        blobs.forEach((sha256, bytes) -> held.put(sha256, (long) bytes.length));
        Instant now = Instant.ofEpochMilli(world.nowMs);
        Submission submission = new Submission(device, asked, held);
        VaultOutcome outcome = core.decide(state, submission, now);
        if (outcome instanceof VaultOutcome.ChainNeeded(long seq)) {
            Chain chain = log.get((int) seq - 1).chain();
            outcome = core.decide(state, submission.withChainAtCursor(chain), now);
        }
        return switch (outcome) {
            case VaultOutcome.Answered(var events, var next, var reply) ->
                answered(device, request, asked, events, next, reply);
            case VaultOutcome.Diverged _ -> {
                world.tally.count("diverged");
                yield new Answers.Diverged();
            }
            case VaultOutcome.Rewound(long highest) -> {
                world.tally.count("rewound");
                yield new Answers.Rewound(highest);
            }
            case VaultOutcome.ChainNeeded _ -> throw new IllegalStateException("the chain was given");
            case VaultOutcome.OpsNeeded _ -> throw new IllegalStateException("this vault forgets no op");
        };
    }

    private Answers.Mutations answered(
            DeviceId device,
            MutationsRequest request,
            MutationsRequest asked,
            List<VaultEvent.EntryCommitted> events,
            VaultState next,
            MutationsReply reply) {
        state = next;
        world.conflicts.answered(device, asked, log, reply.results());
        for (VaultEvent.EntryCommitted event : events) {
            append(event.entry());
            world.judge.accepted(device, event.entry());
            request.ops().stream()
                    .filter(op -> op.opId().equals(event.entry().opId()))
                    .forEach(world.judge::inOrder);
        }
        for (OpResult result : reply.results()) {
            world.tally.count(result.code() == null ? "accepted" : "rejected " + result.code());
        }
        world.trace.add("the server answers "
                + reply.results().stream()
                        .map(result ->
                                result.opId() + " " + (result.code() == null ? "@" + result.seq() : result.code()))
                        .toList());
        return new Answers.Results(reply);
    }

    private void append(Entry entry) {
        log.add(entry);
        Item item = entry.item();
        Content content = item == null ? null : item.content();
        if (content != null) {
            named.add(content.sha256());
        }
    }

    Answers.Log log(Cursor after, int limit, boolean truncates) {
        long head = log.size();
        boolean diverged = after.seq() > head
                || (after.seq() > 0 && !log.get((int) after.seq() - 1).chain().equals(after.chain()));
        if (diverged) {
            world.tally.count("diverged");
            return new Answers.Diverged();
        }
        if (truncates && head - after.seq() > 10) {
            world.tally.count("truncated");
            return new Answers.Truncated();
        }
        int from = (int) after.seq();
        List<Entry> entries = log.subList(from, Math.min(log.size(), from + limit));
        return new Answers.Page(new LogPage(state.cursor().epoch(), head, 1, List.copyOf(entries)));
    }

    List<Item> snapshot() {
        List<Item> items = new ArrayList<>();
        state.tree().liveItems().forEachRemaining(items::add);
        return items;
    }

    /** Takes bytes whose hash has been checked. */
    void store(Sha256 sha256, byte[] bytes) {
        blobs.put(sha256, bytes);
    }

    Optional<byte[]> blob(Sha256 sha256) {
        return Optional.ofNullable(blobs.get(sha256));
    }

    /** Forgets the blobs that nothing has ever named, as a garbage collection would that came too early. */
    void collectGarbage() {
        if (blobs.keySet().retainAll(named)) {
            world.tally.count("fault collected blobs");
        }
    }

    /** The server is started anew: its state is read back as it was stored, and recent entries are only in the journal. */
    void restart() {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            VaultStateFormat.write(state, out);
            state = VaultStateFormat.read(new ByteArrayInputStream(out.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An old backup is put in place of the vault, its blobs kept. */
    void restore(Backup backup) {
        log.clear();
        log.addAll(backup.log());
        VaultEvent.EntryCommitted epoch = new VaultCore(Limits.DEFAULT).beginEpoch(backup.state(), Instant.EPOCH);
        state = backup.state().apply(epoch);
        log.add(epoch.entry());
    }

    Backup backup() {
        return new Backup(state, List.copyOf(log));
    }

    record Backup(VaultState state, List<Entry> log) {}

    /** Contents of deleted items. */
    Set<Sha256> deletedContents() {
        Set<Sha256> contents = new HashSet<>();
        state.tree()
                .tombstones()
                .forEachRemaining(item ->
                        Optional.ofNullable(item.content()).map(Content::sha256).ifPresent(contents::add));
        return contents;
    }

    /** What went with the entry of that seq. */
    List<Item> deletedAt(long seq) {
        List<Item> gone = new ArrayList<>();
        state.tree().tombstones().forEachRemaining(item -> {
            Long at = item.deletedAtSeq();
            if (at != null && at == seq) {
                gone.add(item);
            }
        });
        return gone;
    }

    /** How often each content is a live item's. */
    Map<Sha256, Integer> liveContents() {
        Map<Sha256, Integer> contents = new HashMap<>();
        state.tree().liveItems().forEachRemaining(item -> {
            @Nullable Content content = item.content();
            if (content != null) {
                contents.merge(content.sha256(), 1, Integer::sum);
            }
        });
        return contents;
    }
}
