package io.tinysync.client.daemon;

import io.tinysync.client.drive.Hydrator;
import io.tinysync.engine.device.BlobRange;
import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.device.VaultSync;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Asks a vault's actor for contents, and counts who has which ones open. Thread-safe. */
final class Hydrations implements Hydrator {

    /** The actor always answers, at the latest when no byte came for its own limit; this only ends the wait for one that is gone. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private final ActorSystem<?> system;
    private final ActorRef<VaultSync.Command> vault;
    private final Map<Sha256, Integer> open = new ConcurrentHashMap<>();

    Hydrations(ActorSystem<?> system, ActorRef<VaultSync.Command> vault) {
        this.system = system;
        this.vault = vault;
    }

    /** Told within the count's own step, so that the actor hears of openings and closings in their order. */
    @Override
    public void opened(Content content) {
        open.compute(content.sha256(), (_, count) -> {
            if (count == null) {
                vault.tell(new VaultSync.Opened(content));
            }
            return count == null ? 1 : count + 1;
        });
    }

    @Override
    public void closed(Content content) {
        open.computeIfPresent(content.sha256(), (_, count) -> {
            if (count == 1) {
                vault.tell(new VaultSync.Closed(content));
            }
            return count == 1 ? null : count - 1;
        });
    }

    @Override
    public void fetchAhead(List<Content> contents) {
        vault.tell(new VaultSync.FetchAhead(contents));
    }

    @Override
    public CompletionStage<HydrationResult> await(Content content, long offset, long length) {
        BlobRange range = new BlobRange(offset, length);
        return AskPattern.<VaultSync.Command, HydrationResult>ask(
                        vault, replyTo -> new VaultSync.Hydrate(content, range, replyTo), LONGEST, system.scheduler())
                .exceptionally(failure -> new HydrationResult.Failed(
                        HydrationResult.Reason.STOPPING, "the daemon is stopping: " + failure.getMessage()));
    }
}
