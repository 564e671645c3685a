package io.tinysync.engine.device;

import io.tinysync.engine.protocol.BlobResult;
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
import io.tinysync.engine.protocol.ShortBlob;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
    /** Blobs that it cannot take together with others. */
    final Set<Sha256> isBusyWith = ConcurrentHashMap.newKeySet();
    /** To send something, whether or not it is there. */
    final AtomicInteger attempts = new AtomicInteger();

    final AtomicInteger repliesToLose = new AtomicInteger();
    /** Whether the last reply was lost. */
    private volatile boolean lostReply;

    final AtomicInteger downloads = new AtomicInteger();
    final AtomicInteger shortUploads = new AtomicInteger();
    final AtomicInteger shortReads = new AtomicInteger();
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
    public CompletionStage<Answers.Mutations> mutations(
            VaultId vaultId, MutationsRequest request, List<ShortBlob> along) {
        attempts.incrementAndGet();
        requests.incrementAndGet();
        return answer(() -> {
            along.forEach(this::taken);
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
        attempts.incrementAndGet();
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

    @Override
    public CompletionStage<Answers.ShortUploads> uploadShort(VaultId vaultId, List<ShortBlob> blobs) {
        attempts.incrementAndGet();
        return answer(() -> {
            shortUploads.incrementAndGet();
            return new Answers.Taken(blobs.stream().map(this::taken).toList());
        });
    }

    private BlobResult taken(ShortBlob blob) {
        if (isBusyWith.contains(blob.sha256())) {
            return BlobResult.refused(blob.sha256(), ProblemCode.UNAVAILABLE, "it is being deleted");
        }
        uploads.incrementAndGet();
        if (isFull) {
            return BlobResult.refused(blob.sha256(), ProblemCode.INSUFFICIENT_STORAGE, "the vault is full");
        }
        byte[] bytes = new byte[blob.size()];
        blob.bytes().get(bytes);
        addBlob(bytes);
        return BlobResult.stored(blob.sha256());
    }

    @Override
    public CompletionStage<List<ShortBlob>> readShort(VaultId vaultId, List<Content> contents) {
        shortReads.incrementAndGet();
        if (away) {
            return CompletableFuture.failedStage(new IOException("connection refused"));
        }
        return CompletableFuture.supplyAsync(
                () -> contents.stream()
                        .flatMap(content -> Optional.ofNullable(blob(content.sha256())).stream()
                                .map(bytes -> new ShortBlob(content.sha256(), blobReads.whole(bytes))))
                        .toList(),
                threads);
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
