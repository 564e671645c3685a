package io.tinysync.engine.device;

import io.tinysync.engine.protocol.Content;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** The messages of the guardian of one attached vault; its behaviour is made by {@code AttachedVault}. */
public interface VaultSync {

    /** What the guardian takes. */
    sealed interface Command
            permits LocalWork,
                    Woken,
                    SocketChanged,
                    Hydrate,
                    Opened,
                    Closed,
                    Keep,
                    FetchAhead,
                    GetStatus,
                    SyncNow,
                    Resync,
                    Stop,
                    Internal {}

    /** The local tree has something to send. Sent after every act; coalesced. */
    record LocalWork() implements Command {}

    /** A wake named this vault. */
    record Woken(long headSeq) implements Command {}

    /** The wake socket was connected or lost. */
    record SocketChanged(boolean connected) implements Command {}

    /** Waits for a part of a content; requests for one content share what is fetched. Answered once. */
    record Hydrate(Content content, BlobRange range, ActorRef<HydrationResult> replyTo) implements Command {}

    /** A program has a content open that is not here in whole: it is fetched, and goes on to be until {@link Closed}. */
    record Opened(Content content) implements Command {}

    /** No program has it open any more: what nobody waits for is not fetched. What came so far is kept. */
    record Closed(Content content) implements Command {}

    /** Wants a content to be here for later; fetched when no program waits for another. Answered once, with the whole. */
    record Keep(Content content, ActorRef<HydrationResult> replyTo) implements Command {}

    /** Wants small contents that are likely to be opened next; they come together, or not at all. */
    record FetchAhead(List<Content> contents) implements Command {
        public FetchAhead {
            contents = List.copyOf(contents);
        }
    }

    record GetStatus(ActorRef<SyncStatus> replyTo) implements Command {}

    /**
     * Pulls and sends at once, without waiting for backoff; answers when everything that was pending is acknowledged and the log
     * is applied to the head read after that, or when the time is over.
     */
    record SyncNow(Duration limit, ActorRef<SyncOutcome> replyTo) implements Command {}

    /** Makes the local index anew from a snapshot, keeping everything that is pending; answered once that is done, however late. */
    record Resync(ActorRef<Resynced> replyTo) implements Command {}

    /** The local index was made anew. */
    record Resynced() {}

    /** Sends what is pending while the server answers, at most for the given time, and stops the actor. */
    record Stop(Duration drain, ActorRef<SyncOutcome> replyTo) implements Command {}

    /** Messages among the vault's own actors. */
    non-sealed interface Internal extends Command {}

    /** The end of a wait for sync. */
    record SyncOutcome(boolean complete, SyncStatus status) {}
}
