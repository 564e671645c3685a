package io.tinysync.engine.device;

import io.tinysync.engine.device.VaultSync.Command;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The guardian of one attached vault: has an actor each for replay, upload and hydration, passes on what they tell one another,
 * and answers how the vault stands and when it is in sync.
 */
public final class AttachedVault extends AbstractBehavior<Command> {

    private record Counted(
            @Nullable Standing standing, @Nullable Throwable failure) implements VaultSync.Internal {}

    private record StatusRead(@Nullable Standing standing, ActorRef<SyncStatus> replyTo)
            implements VaultSync.Internal {}

    private record CountedLate(long number, @Nullable Standing standing) implements VaultSync.Internal {}

    private record WaitOver(long number) implements VaultSync.Internal {}

    private final VaultParts parts;
    private final TimerScheduler<Command> timers;
    private final ActorRef<ReplayActor.Command> replay;
    private final ActorRef<UploadActor.Command> upload;
    private final ActorRef<HydrationActor.Command> hydration;
    private final SyncWaits waits = new SyncWaits();
    private final Health health = new Health();

    private boolean counting;
    private boolean countAgain;

    private AttachedVault(ActorContext<Command> context, TimerScheduler<Command> timers, VaultParts parts) {
        super(context);
        this.parts = parts;
        this.timers = timers;
        ActorRef<Command> self = context.getSelf();
        this.upload = context.spawn(UploadActor.create(parts, self), "upload");
        this.replay = context.spawn(ReplayActor.create(parts, self), "replay");
        this.hydration = context.spawn(HydrationActor.create(parts, self), "hydration");
    }

    /** The guardian's behaviour; it begins to pull and to send at once. */
    public static Behavior<Command> create(VaultParts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new AttachedVault(context, timers, parts)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(VaultSync.LocalWork.class, _ -> onLocalWork())
                .onMessage(VaultSync.Woken.class, this::onWoken)
                .onMessage(VaultSync.SocketChanged.class, this::onSocketChanged)
                .onMessage(VaultSync.Hydrate.class, this::onHydrate)
                .onMessage(VaultSync.Opened.class, this::onOpened)
                .onMessage(VaultSync.Closed.class, this::onClosed)
                .onMessage(VaultSync.Keep.class, this::onKeep)
                .onMessage(VaultSync.FetchAhead.class, this::onFetchAhead)
                .onMessage(Report.NotFetched.class, this::onNotFetched)
                .onMessage(Report.Fetched.class, this::onFetched)
                .onMessage(VaultSync.GetStatus.class, this::onGetStatus)
                .onMessage(StatusRead.class, this::onStatusRead)
                .onMessage(VaultSync.SyncNow.class, this::onSyncNow)
                .onMessage(VaultSync.Resync.class, this::onResync)
                .onMessage(VaultSync.Stop.class, this::onStop)
                .onMessage(Report.AtHead.class, this::onAtHead)
                .onMessage(Report.Progress.class, _ -> onProgress())
                .onMessage(Report.Reached.class, _ -> onReached())
                .onMessage(Report.Unreachable.class, this::onUnreachable)
                .onMessage(Report.Denied.class, this::onDenied)
                .onMessage(Report.Broken.class, this::onBroken)
                .onMessage(Uploads.Answered.class, this::onAnswered)
                .onMessage(Counted.class, this::onCounted)
                .onMessage(WaitOver.class, this::onWaitOver)
                .onMessage(CountedLate.class, this::onCountedLate)
                .build();
    }

    private Behavior<Command> onLocalWork() {
        upload.tell(new UploadActor.Work(false));
        return onProgress();
    }

    private Behavior<Command> onWoken(VaultSync.Woken woken) {
        replay.tell(new ReplayActor.Heard(woken.headSeq()));
        upload.tell(new UploadActor.Work(health.isUnreachable()));
        return this;
    }

    private Behavior<Command> onSocketChanged(VaultSync.SocketChanged message) {
        replay.tell(new ReplayActor.SocketChanged(message.connected()));
        upload.tell(new UploadActor.Work(message.connected()));
        return this;
    }

    private Behavior<Command> onHydrate(VaultSync.Hydrate message) {
        hydration.tell(new HydrationActor.Want(message.content(), message.range(), message.replyTo()));
        return this;
    }

    private Behavior<Command> onOpened(VaultSync.Opened message) {
        hydration.tell(new HydrationActor.Opened(message.content()));
        return this;
    }

    private Behavior<Command> onClosed(VaultSync.Closed message) {
        hydration.tell(new HydrationActor.Closed(message.content()));
        return this;
    }

    private Behavior<Command> onKeep(VaultSync.Keep message) {
        hydration.tell(new HydrationActor.Keep(message.content(), message.replyTo()));
        return this;
    }

    private Behavior<Command> onFetchAhead(VaultSync.FetchAhead message) {
        hydration.tell(new HydrationActor.Ahead(message.contents()));
        return this;
    }

    private Behavior<Command> onNotFetched(Report.NotFetched report) {
        health.notFetched(report.sha256(), report.why());
        return this;
    }

    private Behavior<Command> onFetched(Report.Fetched report) {
        health.fetched(report.sha256());
        return this;
    }

    private Behavior<Command> onAnswered(Uploads.Answered answered) {
        OptionalLong upTo = answered.upTo();
        replay.tell(upTo.isPresent() ? new ReplayActor.Heard(upTo.getAsLong()) : new ReplayActor.Pull(0, true));
        return this;
    }

    private Behavior<Command> onAtHead(Report.AtHead atHead) {
        waits.atHead(atHead.pull());
        upload.tell(new UploadActor.Work(false));
        return onProgress();
    }

    private Behavior<Command> onReached() {
        if (health.reached()) {
            parts.readOnly().accept(false);
        }
        return this;
    }

    private Behavior<Command> onUnreachable(Report.Unreachable report) {
        health.unreachable(report.why(), parts.clockMs().getAsLong());
        return endedIfStopping();
    }

    /** What is pending is kept: who wants to stop does not wait for a server that is not there, or takes nothing. */
    private Behavior<Command> endedIfStopping() {
        OptionalLong stopping = waits.stopping();
        return stopping.isPresent() ? onWaitOver(new WaitOver(stopping.getAsLong())) : this;
    }

    private Behavior<Command> onBroken(Report.Broken report) {
        health.broken(report.what());
        return this;
    }

    private Behavior<Command> onDenied(Report.Denied report) {
        health.denied(report.answer());
        if (report.answer().isAccessLost()) {
            parts.readOnly().accept(true);
            return endedIfStopping();
        }
        return this;
    }

    private Behavior<Command> onGetStatus(VaultSync.GetStatus message) {
        getContext().pipeToSelf(standing(), (standing, _) -> new StatusRead(standing, message.replyTo()));
        return this;
    }

    private Behavior<Command> onStatusRead(StatusRead read) {
        Standing standing = read.standing();
        if (standing != null) {
            read.replyTo().tell(health.status(standing));
        }
        return this;
    }

    private CompletionStage<Standing> standing() {
        return parts.blockingly(() ->
                parts.store().read(store -> Standing.of(store, parts.rules().names())));
    }

    private Behavior<Command> onSyncNow(VaultSync.SyncNow message) {
        begin(message.limit(), message.replyTo(), false);
        return this;
    }

    private Behavior<Command> onResync(VaultSync.Resync message) {
        replay.tell(new ReplayActor.Resync(message.replyTo()));
        return this;
    }

    private Behavior<Command> onStop(VaultSync.Stop message) {
        begin(message.drain(), message.replyTo(), true);
        return this;
    }

    private void begin(Duration limit, ActorRef<VaultSync.SyncOutcome> replyTo, boolean stops) {
        long number = waits.begin(replyTo, stops);
        timers.startSingleTimer("wait " + number, new WaitOver(number), limit);
        upload.tell(new UploadActor.Work(true));
        replay.tell(new ReplayActor.Pull(0, true));
        onProgress();
    }

    /** Looks at the store for those who wait, one look at a time. */
    private Behavior<Command> onProgress() {
        if (waits.isEmpty()) {
            return this;
        }
        if (counting) {
            countAgain = true;
        } else {
            counting = true;
            countAgain = false;
            getContext().pipeToSelf(standing(), Counted::new);
        }
        return this;
    }

    private Behavior<Command> onCounted(Counted counted) {
        counting = false;
        Standing standing = counted.standing();
        if (standing == null) {
            return this;
        }
        long pull = waits.pullToAskFor(standing);
        if (pull > 0) {
            replay.tell(new ReplayActor.Pull(pull, true));
        }
        boolean stops = waits.answerComplete(standing, health::status);
        if (countAgain) {
            onProgress();
        }
        return stops ? Behaviors.stopped() : this;
    }

    private Behavior<Command> onWaitOver(WaitOver over) {
        getContext().pipeToSelf(standing(), (standing, _) -> new CountedLate(over.number(), standing));
        return this;
    }

    private Behavior<Command> onCountedLate(CountedLate counted) {
        Standing standing = counted.standing();
        boolean stops = standing != null && waits.answerLate(counted.number(), standing, health::status);
        return stops ? Behaviors.stopped() : this;
    }
}
