package io.tinysync.client.daemon;

import io.tinysync.client.drive.Hydrator;
import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.device.VaultSync;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Asks a vault's actor for contents, and knows which ones are on their way. Thread-safe. */
final class Hydrations implements Hydrator {

    /** The actor always answers, at the latest when no byte came for its own limit; this only ends the wait for one that is gone. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private final ActorSystem<?> system;
    private final ActorRef<VaultSync.Command> vault;
    private final Map<Sha256, Integer> coming = new ConcurrentHashMap<>();

    Hydrations(ActorSystem<?> system, ActorRef<VaultSync.Command> vault) {
        this.system = system;
        this.vault = vault;
    }

    @Override
    public CompletionStage<HydrationResult> hydrate(Content content) {
        coming.merge(content.sha256(), 1, Integer::sum);
        return AskPattern.<VaultSync.Command, HydrationResult>ask(
                        vault, replyTo -> new VaultSync.Hydrate(content, replyTo), LONGEST, system.scheduler())
                .exceptionally(failure -> new HydrationResult.Failed(
                        HydrationResult.Reason.STOPPING, "the daemon is stopping: " + failure.getMessage()))
                .whenComplete((result, failure) ->
                        coming.computeIfPresent(content.sha256(), (sha, count) -> count == 1 ? null : count - 1));
    }

    boolean isComing(Content content) {
        return coming.containsKey(content.sha256());
    }
}
