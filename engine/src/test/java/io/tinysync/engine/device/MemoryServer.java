package io.tinysync.engine.device;

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
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.tree.ItemTree;
import io.tinysync.engine.vault.core.Submission;
import io.tinysync.engine.vault.core.VaultCore;
import io.tinysync.engine.vault.core.VaultEvent;
import io.tinysync.engine.vault.core.VaultOutcome;
import io.tinysync.engine.vault.core.VaultState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server in memory on the vault's own core, for the actors: it can be away, refuse, lose answers and stall downloads. */
final class MemoryServer implements ServerPort {

    volatile boolean away;
    volatile boolean denies;
    volatile boolean isFull;
    volatile boolean stallsDownloads;
    final AtomicInteger repliesToLose = new AtomicInteger();
    /** Whether the last reply was lost. */
    private volatile boolean lostReply;

    final AtomicInteger downloads = new AtomicInteger();
    final AtomicInteger uploads = new AtomicInteger();
    final AtomicInteger leafLists = new AtomicInteger();
    final BlobReads blobReads = new BlobReads();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger pulls = new AtomicInteger();

    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
    private final DeviceId deviceId;
    private final List<Entry> log = new ArrayList<>();
    private final Map<Sha256, byte[]> blobs = new HashMap<>();
    private VaultState state = VaultState.empty(NamePolicy.POSIX);

    MemoryServer(DeviceId deviceId) {
        this.deviceId = deviceId;
    }

    synchronized ItemTree tree() {
        return state.tree();
    }

    synchronized void addBlob(byte[] bytes) {
        blobs.put(Sha256.hash(bytes), bytes);
    }

    /** Another device's op. */
    synchronized void acceptFrom(DeviceId other, long requestNo, Op op) {
        evaluate(other, new MutationsRequest(state.cursor(), requestNo, List.of(op)));
    }

    @Override
    public CompletionStage<Answers.Log> log(VaultId vaultId, Cursor after, int limit) {
        pulls.incrementAndGet();
        return answer(() -> {
            if (denies) {
                return new Answers.Refused(ProblemCode.UNAUTHORIZED, "revoked");
            }
            if (lostReply) {
                // An entry of the log answers an op as well as a reply does.
                throw new UncheckedIOException(new IOException("the connection was lost"));
            }
            List<Entry> entries = log.stream()
                    .filter(entry -> entry.seq() > after.seq())
                    .limit(limit)
                    .toList();
            return new Answers.Page(new LogPage(state.cursor().epoch(), log.size(), 1, entries));
        });
    }

    @Override
    public CompletionStage<Answers.Snapshot> snapshot(VaultId vaultId, SnapshotSink sink) {
        return answer(() -> {
            Cursor at = state.cursor();
            SnapshotHeader header = new SnapshotHeader(at.epoch(), at.seq(), at.chain());
            sink.begin(header);
            List<Item> items = new ArrayList<>();
            state.tree().liveItems().forEachRemaining(items::add);
            sink.items(items);
            return new Answers.SnapshotComplete(header, items.size());
        });
    }

    @Override
    public CompletionStage<Answers.Mutations> mutations(VaultId vaultId, MutationsRequest request) {
        requests.incrementAndGet();
        return answer(() -> {
            lostReply = repliesToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            Answers.Mutations answer = evaluate(deviceId, request);
            if (lostReply) {
                throw new UncheckedIOException(new IOException("the connection was lost"));
            }
            return answer;
        });
    }

    private Answers.Mutations evaluate(DeviceId from, MutationsRequest request) {
        Map<Sha256, Long> held = new HashMap<>();
        blobs.forEach((sha, bytes) -> held.put(sha, (long) bytes.length));
        VaultOutcome outcome =
                new VaultCore(Limits.DEFAULT).decide(state, new Submission(from, request, held), Instant.EPOCH);
        return switch (outcome) {
            case VaultOutcome.Answered(var events, var next, var reply) -> {
                state = next;
                events.stream().map(VaultEvent.EntryCommitted::entry).forEach(log::add);
                yield new Answers.Results(reply);
            }
            case VaultOutcome.Diverged _ -> new Answers.Diverged();
            case VaultOutcome.Rewound(long highest) -> new Answers.Rewound(highest);
            case VaultOutcome.ChainNeeded _, VaultOutcome.OpsNeeded _ ->
                throw new IllegalStateException("this log is short");
        };
    }

    @Override
    public CompletionStage<Answers.Upload> upload(VaultId vaultId, Content content, Path file) {
        return answer(() -> {
            if (isFull) {
                return new Answers.Refused(ProblemCode.INSUFFICIENT_STORAGE, "the vault is full");
            }
            try {
                uploads.incrementAndGet();
                addBlob(Files.readAllBytes(file));
                return new Answers.Stored();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public CompletionStage<Answers.LeafList> leaves(VaultId vaultId, Content content) {
        leafLists.incrementAndGet();
        return answer(() -> {
            byte[] bytes = blobs.get(content.sha256());
            return bytes == null ? new Answers.Missing() : new Answers.Listed(blobReads.leaves(bytes));
        });
    }

    @Override
    public CompletionStage<Answers.Download> download(
            VaultId vaultId, Content content, BlobRange range, ByteSink into) {
        downloads.incrementAndGet();
        if (stallsDownloads) {
            return new CompletableFuture<>();
        }
        if (away) {
            return CompletableFuture.failedStage(new IOException("connection refused"));
        }
        byte[] bytes = blob(content.sha256());
        return bytes == null
                ? CompletableFuture.completedStage(new Answers.Missing())
                : CompletableFuture.supplyAsync(() -> blobReads.send(bytes, range, into), threads);
    }

    private synchronized byte @Nullable [] blob(Sha256 sha256) {
        return blobs.get(sha256);
    }

    @Override
    public WakeSubscription wakes(WakeListener listener) {
        return () -> {};
    }

    private <T> CompletionStage<T> answer(Supplier<T> work) {
        if (away) {
            return CompletableFuture.failedStage(new IOException("connection refused"));
        }
        return CompletableFuture.supplyAsync(() -> {
            synchronized (this) {
                return work.get();
            }
        });
    }
}
