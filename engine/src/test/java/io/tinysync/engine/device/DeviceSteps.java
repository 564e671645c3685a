package io.tinysync.engine.device;

import io.tinysync.engine.device.core.UploadPlan;
import io.tinysync.engine.protocol.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The single steps that a vault's actors take, for a test that decides itself when each is taken. State is that of one process. */
public final class DeviceSteps {

    /** What became of an attempt to send ops. */
    public enum Sent {
        NOTHING,
        ANSWERED,
        DENIED
    }

    /** What became of a request for the log or a snapshot. */
    public enum Pulled {
        AT_HEAD,
        BEHIND,
        ADOPTED,
        NEEDS_SNAPSHOT,
        NEEDS_REJOIN,
        DENIED
    }

    private final Uploads uploads;
    private final Pulls pulls;
    private final Preparation preparation;
    private final VaultParts parts;

    public DeviceSteps(VaultParts parts) {
        this.parts = parts;
        this.uploads = new Uploads(parts);
        this.pulls = new Pulls(parts);
        this.preparation = new Preparation(parts);
    }

    /** What can be sent now. */
    public CompletionStage<UploadPlan.Next> plan() {
        return uploads.plan();
    }

    /** Makes a content durable and sends it; fails where access is lost. */
    public CompletionStage<Boolean> blob(Content content) {
        return uploads.blob(content).thenApply(accessLost -> {
            if (accessLost.isPresent()) {
                throw new UncheckedIOException(new IOException(accessLost.get().message()));
            }
            return true;
        });
    }

    /** Sends the next ops; to be called again only when the stage has ended. */
    public CompletionStage<Sent> send() {
        return uploads.send().thenApply(sent -> switch (sent) {
            case Uploads.Sent.Nothing _ -> Sent.NOTHING;
            case Uploads.Sent.Answered _ -> Sent.ANSWERED;
            case Uploads.Sent.Denied _ -> Sent.DENIED;
        });
    }

    /** Pulls a page of the log; to be called again only when the stage has ended. */
    public CompletionStage<Pulled> log() {
        return pulls.log().thenApply(DeviceSteps::pulled);
    }

    /** Loads a snapshot; likewise. */
    public CompletionStage<Pulled> snapshot(boolean rejoin) {
        return pulls.snapshot(rejoin).thenApply(DeviceSteps::pulled);
    }

    /** Makes the copy of the server's tree anew; likewise. */
    public CompletionStage<Pulled> resync() {
        return pulls.resync().thenApply(DeviceSteps::pulled);
    }

    private static Pulled pulled(PullResult result) {
        return switch (result) {
            case PullResult.Applied(long _, boolean atHead) -> atHead ? Pulled.AT_HEAD : Pulled.BEHIND;
            case PullResult.Adopted _ -> Pulled.ADOPTED;
            case PullResult.NeedsSnapshot(boolean rejoin) -> rejoin ? Pulled.NEEDS_REJOIN : Pulled.NEEDS_SNAPSHOT;
            case PullResult.Refused _ -> Pulled.DENIED;
        };
    }

    /** Fetches a content into the content store, from its beginning to its end, and compares the hash of the whole. */
    public CompletionStage<HydrationResult> fetch(Content content) {
        return preparation.prepare(content, Preparation.Check.BY_LEAVES).thenCompose(prepared -> switch (prepared) {
            case Preparation.Prepared.Here(Path file) -> done(new HydrationResult.Hydrated(file));
            case Preparation.Prepared.Refused(HydrationResult.Failed why) -> done(why);
            case Preparation.Prepared.Ready ready -> stream(content, ready);
        });
    }

    private CompletionStage<HydrationResult> stream(Content content, Preparation.Prepared.Ready ready) {
        LeafStream.Target target = ready.target();
        LeafStream leaves = new LeafStream(1, 0, target.layout().count(), target, parts.clockMs(), _ -> {});
        return parts.server()
                .download(parts.vaultId(), content, leaves.range(), leaves)
                .thenApplyAsync(answer -> committed(content, answer, target.into()), parts.blocking())
                .whenCompleteAsync((_, _) -> Preparation.close(target.into()), parts.blocking());
    }

    /** What is pinned and not here. */
    public List<Content> pinned() {
        PinnedContents pins = new PinnedContents(parts);
        List<Content> missing = new ArrayList<>();
        Deque<PinnedContents.Task> tasks = new ArrayDeque<>(List.of(new PinnedContents.Task.Pins(null)));
        while (!tasks.isEmpty()) {
            PinnedContents.Task task = tasks.removeFirst();
            if (task instanceof PinnedContents.Task.Fetch(Content content)) {
                missing.add(content);
            } else {
                tasks.addAll(pins.look(task));
            }
        }
        return missing;
    }

    private HydrationResult committed(Content content, Answers.Download answer, ContentStore.Partial partial) {
        return switch (answer) {
            case Answers.Missing _ ->
                new HydrationResult.Failed(HydrationResult.Reason.MISSING, "the server has no " + content.sha256());
            case Answers.Refused refused -> Preparation.refusedBy(refused);
            case Answers.Received _ -> {
                try {
                    yield partial.commit()
                            ? new HydrationResult.Hydrated(
                                    parts.contents().find(content).orElseThrow())
                            : new HydrationResult.Failed(HydrationResult.Reason.CORRUPT, "the bytes do not match");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private static CompletionStage<HydrationResult> done(HydrationResult result) {
        return CompletableFuture.completedFuture(result);
    }
}
