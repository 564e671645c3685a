package io.tinysync.engine.device;

import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.LostContents;
import io.tinysync.engine.device.core.Replay;
import io.tinysync.engine.device.core.Replies;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.device.core.UploadPlan;
import io.tinysync.engine.protocol.BlobResult;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Single attempts to send blobs and ops. Its only state is which blobs this process has sent, and could not send together. */
final class Uploads {

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    /**
     * Ops were answered: the log holds what follows from it.
     *
     * @param upTo the seq of the last one, if all were accepted
     */
    record Answered(OptionalLong upTo) implements VaultSync.Internal {}

    /** What became of an attempt to send ops. */
    sealed interface Sent {
        /** There was nothing to send, or what there is must be decided anew first. */
        record Nothing() implements Sent {}

        /** As in {@link Uploads.Answered}. */
        record Answered(OptionalLong upTo) implements Sent {}

        record Denied(Answers.Refused answer) implements Sent {}
    }

    /** Blobs up to this size are made durable together, so that none of them waits for the disk to take a big one. */
    private static final long SMALL_BYTES = 1 << 20;

    private final VaultParts parts;
    private final SentBlobs sent = new SentBlobs();
    private final Set<Sha256> alone = ConcurrentHashMap.newKeySet();

    Uploads(VaultParts parts) {
        this.parts = parts;
    }

    /** What can be sent now; the small ones of its blobs are made durable all at once, before any of them goes. */
    CompletionStage<UploadPlan.Next> plan() {
        return parts.blockingly(() -> {
            UploadPlan.Next next = parts.store().read(this::planned);
            makeDurable(next.blobs().stream()
                    .filter(content -> content.size() <= SMALL_BYTES)
                    .map(Content::sha256)
                    .toList());
            return next;
        });
    }

    private UploadPlan.Next planned(StoreView view) {
        LocalView tree = new LocalView(view, parts.rules().names());
        return new UploadPlan(view, tree, parts.clockMs().getAsLong()).next(readyOrAlong());
    }

    /** Whether an op can be sent: its blob is ready, or goes along with it. */
    private Predicate<Content> readyOrAlong() {
        ShortContents along = new ShortContents(parts.settings().alongBytes());
        return content -> isReady(content) || (!goesAlone(content) && along.take(content));
    }

    private void makeDurable(List<Sha256> hashes) {
        try {
            parts.contents().makeDurable(hashes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the blob was sent, or is not this device's to send: then the server has it, or will say that it does not. */
    private boolean isReady(Content content) {
        return sent.contains(content.sha256()) || parts.contents().find(content).isEmpty();
    }

    /**
     * Makes a content durable and sends it, unless that was done since it was planned; what comes back is the server's word where
     * access to the vault was lost.
     */
    CompletionStage<Optional<Answers.Refused>> blob(Content content) {
        return parts.blockingly(() -> sent.contains(content.sha256()) ? Optional.<Path>empty() : durable(content))
                .thenCompose(path -> path.isEmpty()
                        ? parts.blockingly(Optional::<Answers.Refused>empty)
                        : parts.server()
                                .upload(parts.vaultId(), content, path.get())
                                .thenApplyAsync(answer -> uploaded(content, answer), parts.blocking()));
    }

    /** As {@link #blob}, several in one request if they are short ones. */
    CompletionStage<Optional<Answers.Refused>> blobs(List<Content> contents) {
        return contents.size() == 1 ? blob(contents.getFirst()) : shortBlobs(contents);
    }

    private CompletionStage<Optional<Answers.Refused>> shortBlobs(List<Content> contents) {
        return parts.blockingly(() -> ShortContents.read(parts.contents(), notSent(contents)))
                .thenCompose(read -> read.blobs().isEmpty()
                        ? parts.blockingly(() -> read.endedWith(Optional.empty()))
                        : parts.server()
                                .uploadShort(parts.vaultId(), read.blobs())
                                .thenApplyAsync(answer -> read.endedWith(uploaded(answer)), parts.blocking()));
    }

    private List<Content> notSent(List<Content> contents) {
        return contents.stream()
                .filter(content -> !sent.contains(content.sha256()))
                .toList();
    }

    private Optional<Answers.Refused> uploaded(Answers.ShortUploads answer) {
        return switch (answer) {
            case Answers.Taken(List<BlobResult> results) -> {
                results.forEach(this::uploaded);
                yield Optional.empty();
            }
            case Answers.Refused refused -> Optional.of(refused);
        };
    }

    private void uploaded(BlobResult result) {
        ProblemCode code = result.code();
        if (code == null) {
            sent.add(result.sha256());
        } else if (code == ProblemCode.UNAVAILABLE) {
            alone.add(result.sha256());
        } else {
            refuse(result.sha256(), code);
        }
    }

    /** Whether the server could not take it at once when it came with others: alone it waits there, or is repeated with backoff. */
    boolean goesAlone(Content content) {
        return alone.contains(content.sha256());
    }

    private void refuse(Sha256 sha256, ProblemCode code) {
        parts.write(work -> {
            new Replies(work).blobRefused(sha256, asRejection(code));
            return true;
        });
    }

    private Optional<Path> durable(Content content) {
        makeDurable(List.of(content.sha256()));
        return parts.contents().find(content);
    }

    private Optional<Answers.Refused> uploaded(Content content, Answers.Upload answer) {
        switch (answer) {
            case Answers.Stored _ -> {
                sent.add(content.sha256());
                alone.remove(content.sha256());
            }
            case Answers.Refused refused -> {
                if (refused.isAccessLost()) {
                    return Optional.of(refused);
                }
                refuse(content.sha256(), refused.code());
            }
        }
        return Optional.empty();
    }

    private static RejectionCode asRejection(ProblemCode code) {
        return switch (code) {
            case TOO_LARGE -> RejectionCode.TOO_LARGE;
            case INSUFFICIENT_STORAGE -> RejectionCode.QUOTA_EXCEEDED;
            case HASH_MISMATCH -> RejectionCode.BLOB_MISSING;
            case BAD_REQUEST,
                    UNAUTHORIZED,
                    FORBIDDEN,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    REQUEST_TIMEOUT,
                    ALREADY_EXISTS,
                    OFFSET_MISMATCH,
                    RANGE_NOT_SATISFIABLE,
                    LOG_DIVERGED,
                    LOG_TRUNCATED,
                    DEVICE_REWOUND,
                    UNSUPPORTED_PROTOCOL,
                    TOO_MANY_REQUESTS,
                    TOO_MANY_UPLOADS,
                    UNAVAILABLE,
                    INTERNAL_ERROR,
                    UNKNOWN -> RejectionCode.UNKNOWN;
        };
    }

    /** Sends the next request: durable here first, then on its way. */
    CompletionStage<Sent> send() {
        return parts.blockingly(this::begin)
                .thenCompose(request -> request.isEmpty()
                        ? parts.<Sent>blockingly(Sent.Nothing::new)
                        : parts.server()
                                .mutations(
                                        parts.vaultId(),
                                        request.get().request(),
                                        request.get().along())
                                .thenApplyAsync(answer -> answered(answer, request.get()), parts.blocking()));
    }

    /** A request, and the blobs that go along. */
    private record Batch(MutationsRequest request, List<ShortBlob> along) {}

    private Optional<Batch> begin() {
        Optional<MutationsRequest> request = parts.write(work -> UploadPlan.begin(work, readyOrAlong()));
        if (request.isEmpty()) {
            parts.write(work -> {
                new Replay(work).rebaseIfDue(false);
                return true;
            });
            return Optional.empty();
        }
        parts.store().makeDurable();
        return Optional.of(new Batch(request.get(), along(request.get())));
    }

    /** What cannot be read now is missing to its op, and then sent by itself. */
    private List<ShortBlob> along(MutationsRequest request) {
        ShortContents along = new ShortContents(parts.settings().alongBytes());
        Set<Content> contents = new LinkedHashSet<>();
        for (Op op : request.ops()) {
            op.gives()
                    .filter(content -> !sent.contains(content.sha256()) && !goesAlone(content) && along.take(content))
                    .ifPresent(contents::add);
        }
        return contents.isEmpty()
                ? List.of()
                : ShortContents.read(parts.contents(), contents).blobs();
    }

    /** What the server does not have, and this device has lost, nobody can send. */
    private void giveUpLost(Set<Content> missing) {
        for (Content content : missing) {
            if (parts.contents().find(content).isEmpty() && parts.contents().isAbsent(content)) {
                LOG.warn("{} is given up: its bytes are neither here nor on the server", content.sha256());
                parts.write(work -> {
                    new LostContents(work).drop(content.sha256());
                    return true;
                });
            }
        }
    }

    /** Sent by itself next time, the server says why if it does not take it. */
    private void isMissing(Content content) {
        sent.remove(content.sha256());
        alone.add(content.sha256());
    }

    private static OptionalLong lastOf(MutationsReply reply) {
        boolean allAccepted = reply.results().stream().allMatch(result -> result.seq() != null);
        return allAccepted
                ? reply.results().stream()
                        .map(OpResult::seq)
                        .filter(Objects::nonNull)
                        .mapToLong(Long::longValue)
                        .max()
                : OptionalLong.empty();
    }

    private Sent answered(Answers.Mutations answer, Batch asked) {
        return switch (answer) {
            case Answers.Results(MutationsReply reply) -> {
                long epoch = asked.request().cursor().epoch();
                Replies.Effect effect = parts.write(work -> new Replies(work).record(reply, epoch));
                asked.along().forEach(blob -> sent.add(blob.sha256()));
                effect.missingBlobs().forEach(this::isMissing);
                giveUpLost(effect.missingBlobs());
                yield new Sent.Answered(lastOf(reply));
            }
            case Answers.Rewound(long highest) -> {
                parts.write(work -> {
                    new Replies(work).rewound(highest);
                    return true;
                });
                yield new Sent.Answered(OptionalLong.empty());
            }
            case Answers.Diverged _ -> new Sent.Answered(OptionalLong.empty());
            case Answers.Refused refused -> new Sent.Denied(refused);
        };
    }
}
