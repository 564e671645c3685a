package io.tinysync.campaign;

import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.SnapshotTrailer;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import io.tinysync.engine.vault.core.Submission;
import io.tinysync.engine.vault.core.VaultCore;
import io.tinysync.engine.vault.core.VaultEvent;
import io.tinysync.engine.vault.core.VaultOutcome;
import io.tinysync.engine.vault.core.VaultState;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A vault without a server: the deciding part of the real one, each request evaluated at once. */
final class MemoryVault {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final VaultId vaultId;
    private final NamePolicy policy;
    private final VaultCore core = new VaultCore(Limits.DEFAULT);
    private final List<Entry> log = new ArrayList<>();
    private final Set<Sha256> named = new HashSet<>();
    private final Map<DeviceId, Set<Sha256>> sent = new HashMap<>();
    private VaultState state;

    MemoryVault(VaultId vaultId, NamePolicy policy) {
        this.vaultId = vaultId;
        this.policy = policy;
        this.state = VaultState.empty(policy);
    }

    Answer ask(DeviceId device, Question question) {
        return switch (question) {
            case Question.Mutations(var body) -> mutate(device, body);
            case Question.ReadLog(var after, int limit) -> new Answer.Page(page(after, limit));
            case Question.ReadHead() -> new Answer.Status(status());
            case Question.ReadSnapshot() -> snapshot();
            case Question.SendBlob(var sha256, long _) -> {
                sent.computeIfAbsent(device, id -> new HashSet<>()).add(sha256);
                yield new Answer.Done();
            }
        };
    }

    private Answer mutate(DeviceId device, MutationsRequest body) {
        Submission submission = new Submission(device, body, held(device, body), chainAt(body.cursor()), null);
        return switch (core.decide(state, submission, NOW)) {
            case VaultOutcome.Answered(var events, var next, var reply) -> {
                state = next;
                events.forEach(this::keep);
                yield new Answer.Results(reply);
            }
            case VaultOutcome.Diverged() -> refused(ProblemCode.LOG_DIVERGED, null);
            case VaultOutcome.Rewound(long highest) -> refused(ProblemCode.DEVICE_REWOUND, highest);
            case VaultOutcome.ChainNeeded _, VaultOutcome.OpsNeeded _ ->
                throw new IllegalStateException("the state remembers everything");
        };
    }

    private @Nullable Chain chainAt(Cursor cursor) {
        return cursor.seq() == 0 || cursor.seq() > log.size()
                ? null
                : log.get((int) cursor.seq() - 1).chain();
    }

    private static Answer refused(ProblemCode code, @Nullable Long highest) {
        return new Answer.Refused(new Problem("about:blank", code.toString(), 409, code, null, highest));
    }

    private Map<Sha256, Long> held(DeviceId device, MutationsRequest body) {
        Map<Sha256, Long> held = new HashMap<>();
        for (Op op : body.ops()) {
            Content content = ConflictingOps.content(op);
            if (content != null
                    && (named.contains(content.sha256())
                            || sent.getOrDefault(device, Set.of()).contains(content.sha256()))) {
                held.put(content.sha256(), content.size());
            }
        }
        return held;
    }

    private void keep(VaultEvent.EntryCommitted event) {
        Entry entry = event.entry();
        log.add(entry);
        Item item = entry.item();
        if (item != null && item.content() != null) {
            named.add(item.content().sha256());
        }
    }

    /** Begins an epoch, and forgets the oldest deletion. */
    void actByItself() {
        List<ItemId> deleted = new ArrayList<>();
        state.tree().tombstones().forEachRemaining(item -> deleted.add(item.itemId()));
        List<VaultEvent.EntryCommitted> events =
                new ArrayList<>(core.purge(state, deleted.stream().limit(1).toList(), Long.MAX_VALUE, NOW));
        events.forEach(event -> state = state.apply(event));
        VaultEvent.EntryCommitted epoch = core.beginEpoch(state, NOW);
        state = state.apply(epoch);
        events.add(epoch);
        events.forEach(this::keep);
    }

    LogPage page(Cursor after, int limit) {
        List<Entry> entries = log.subList((int) after.seq(), (int) Math.min(log.size(), after.seq() + limit));
        return new LogPage(state.cursor().epoch(), log.size(), log.isEmpty() ? 0 : 1, entries);
    }

    VaultStatus status() {
        Cursor head = state.cursor();
        return new VaultStatus(
                vaultId,
                "work",
                policy,
                head.epoch(),
                head.seq(),
                1,
                state.tree().liveCount(),
                state.tree().liveBytes(),
                Limits.DEFAULT);
    }

    private Answer snapshot() {
        Cursor at = state.cursor();
        SnapshotHeader header = new SnapshotHeader(at.epoch(), at.seq(), at.chain());
        List<Item> items = new ArrayList<>();
        state.tree().liveItems().forEachRemaining(items::add);
        MessageDigest digest = Sha256.newDigest();
        items.forEach(item -> digest.update(Json.write(item)));
        Sha256 sha256 = Sha256.of(digest.digest());
        return new Answer.Snapshot(
                header, items, new SnapshotTrailer(true, at.seq(), at.chain(), items.size(), sha256), sha256);
    }
}
