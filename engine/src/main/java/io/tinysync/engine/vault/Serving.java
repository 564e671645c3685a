package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.vault.core.VaultCore;
import io.tinysync.engine.vault.core.VaultState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The phase that answers. One group of requests at a time goes through up to three steps, and those that come meanwhile make the
 * next group: its events are committed; request numbers of those without events are recorded; if neither happened, one read shows
 * that the journal's head is this state's. Each step proves that no other incarnation has written since the group was made.
 */
final class Serving extends AbstractBehavior<VaultCommand> {

    private static final String STOPPING = "the vault is being stopped";
    private static final String STALE = "another incarnation of the vault is writing";

    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    private final EntityParts parts;
    private VaultCore core;
    private final ActorRef<VaultLedger.Command> ledger;
    private VaultState state;
    private @Nullable CommitGroup group;
    private long stepBegan;
    private boolean committing;
    private boolean stopping;
    private boolean ledgerStopped;
    private boolean indexing;

    private Serving(EntityParts parts, VaultCore core, ActorRef<VaultLedger.Command> ledger, VaultState state) {
        super(parts.context());
        this.parts = parts;
        this.core = core;
        this.ledger = ledger;
        this.state = state;
    }

    static Behavior<VaultCommand> begin(
            EntityParts parts, VaultCore core, ActorRef<VaultLedger.Command> ledger, VaultState state) {
        parts.ports().commits().recovered(parts.vaultId(), state.cursor());
        parts.ports().memory().used(parts.self(), state.size());
        return new Serving(parts, core, ledger, state).nextGroup();
    }

    @Override
    public Receive<VaultCommand> createReceive() {
        return newReceiveBuilder()
                .onAnyMessage(this::onCommand)
                .onSignal(PostStop.class, stopped -> stop(STOPPING))
                .build();
    }

    private Behavior<VaultCommand> onCommand(VaultCommand command) {
        return switch (command) {
            case VaultCommand.Request request -> onRequest(request);
            case VaultCommand.Stop() -> onStop();
            case VaultSignal signal -> onSignal(signal);
        };
    }

    private Behavior<VaultCommand> onSignal(VaultSignal signal) {
        return switch (signal) {
            case VaultSignal.Appended(VaultState appended) -> onAppended(appended);
            case VaultSignal.Recorded(boolean atHead) -> onRecorded(atHead);
            case VaultSignal.HeadRead(long seq) -> onHeadRead(seq);
            case VaultSignal.PortFailed(String reason) -> onPortFailed(reason);
            case VaultSignal.LedgerStopped() -> onLedgerStopped();
            case VaultSignal.ChainRead read -> parts.chainRead(read, this::idleNextGroup);
            case VaultSignal.ChainUnread unread -> parts.chainUnread(unread, () -> this);
            case VaultSignal.OpsFound found -> parts.opsFound(found, this::idleNextGroup);
            case VaultSignal.OpsUnknown(var submit, var reason) -> {
                parts.refuseReturned(submit, reason);
                yield this;
            }
            case VaultSignal.Indexed(long seq) -> onIndexed(seq);
            case VaultSignal.SettingsRead _,
                    VaultSignal.IndexRead _,
                    VaultSignal.Recovered _,
                    VaultSignal.NumbersRead _,
                    VaultSignal.Retry _ -> throw new IllegalStateException("not asked for while serving: " + signal);
        };
    }

    private Behavior<VaultCommand> onRequest(VaultCommand.Request request) {
        if (stopping) {
            WaitingRoom.turnAway(request, STOPPING);
            return this;
        }
        if (request instanceof VaultCommand.Locate locate) {
            parts.locate(locate);
            return this;
        }
        parts.waiting().admit(request);
        return idleNextGroup();
    }

    private Behavior<VaultCommand> onStop() {
        stopping = true;
        parts.waiting().turnAllAway(STOPPING);
        return group == null ? stop(STOPPING) : this;
    }

    private Behavior<VaultCommand> idleNextGroup() {
        return group == null ? nextGroup() : this;
    }

    /** Takes what waits, until a group has a step to wait for or nothing waits any more. */
    private Behavior<VaultCommand> nextGroup() {
        List<VaultCommand.Request> requests = parts.waiting().nextGroup();
        while (!requests.isEmpty()) {
            CommitGroup next =
                    new CommitGroup(core, state, parts.ports().clock().instant(), requests);
            core = next.core();
            next.chainNeeded().forEach(parts::readChain);
            next.opsNeeded().forEach(parts::findOps);
            if (begun(next)) {
                group = next;
                return this;
            }
            requests = parts.waiting().nextGroup();
        }
        return this;
    }

    /** Whether the group has begun a step; if not, it is done. */
    private boolean begun(CommitGroup next) {
        committing = !next.events().isEmpty();
        stepBegan = System.nanoTime();
        if (committing) {
            ledger.tell(new VaultLedger.Append(next.events()));
            return true;
        }
        state = next.state();
        return recordingBegun(next) || provingBegun(next);
    }

    private boolean recordingBegun(CommitGroup next) {
        if (next.numbers().isEmpty()) {
            return false;
        }
        stepBegan = System.nanoTime();
        RequestNumbers numbers = parts.ports().requestNumbers();
        long headSeq = state.cursor().seq();
        parts.ask(
                "request numbers",
                numbers.record(parts.vaultId(), Map.copyOf(next.numbers()), headSeq),
                VaultSignal.Recorded::new);
        return true;
    }

    private boolean provingBegun(CommitGroup next) {
        if (!next.needsProof()) {
            return false;
        }
        parts.ask("head", parts.ports().journal().highestSeq(parts.vaultId()), VaultSignal.HeadRead::new);
        return true;
    }

    private Behavior<VaultCommand> onAppended(VaultState appended) {
        CommitGroup current = current();
        committing = false;
        Cursor before = state.cursor();
        state = appended.withRequestNumbersOf(current.state());
        parts.ports().observer().committed(current.events().size(), stepTook());
        parts.ports().commits().committed(parts.vaultId(), before, current.entries(), current.trace());
        current.committed();
        index();
        return recordingBegun(current) ? this : finished();
    }

    /** Lets the log index take in what it lacks once memory holds more ops than need be, one at a time. */
    private void index() {
        if (!indexing && state.opCount() > 2 * VaultState.OPS_KEPT) {
            indexing = true;
            parts.ask(parts.ports().logIndex().catchUp(parts.vaultId()), VaultSignal.Indexed::new, this::unindexed);
        }
    }

    private VaultSignal unindexed(Throwable failure) {
        LOG.warn("vault {} keeps its ops in memory: the log index failed", parts.vaultId(), failure);
        return new VaultSignal.Indexed(-1);
    }

    /** From the next commit on, since the ledger's state is the one that counts. */
    private Behavior<VaultCommand> onIndexed(long seq) {
        indexing = false;
        ledger.tell(new VaultLedger.Forget(seq));
        return this;
    }

    private Behavior<VaultCommand> onRecorded(boolean atHead) {
        if (!atHead) {
            return stale();
        }
        parts.ports().observer().proven(VaultObserver.Proof.RECORD, stepTook());
        current().recorded();
        return finished();
    }

    private Behavior<VaultCommand> onHeadRead(long seq) {
        if (seq != state.cursor().seq()) {
            return stale();
        }
        parts.ports().observer().proven(VaultObserver.Proof.READ, stepTook());
        current().proven();
        return finished();
    }

    private Behavior<VaultCommand> onPortFailed(String reason) {
        parts.log().warn("vault {}: {}", parts.vaultId(), reason);
        current().refuse(reason);
        return finished();
    }

    /** While a commit is in flight it has failed; otherwise the step in flight, which needs no ledger, is awaited. */
    private Behavior<VaultCommand> onLedgerStopped() {
        ledgerStopped = true;
        if (group != null && committing) {
            group.refuse("the vault's journal failed");
            return finished();
        }
        return group == null ? finished() : this;
    }

    private Behavior<VaultCommand> finished() {
        group = null;
        if (stopping) {
            return stop(STOPPING);
        }
        parts.ports().memory().used(parts.self(), state.size());
        return ledgerStopped ? Pausing.begin(parts, 1) : nextGroup();
    }

    private Behavior<VaultCommand> stale() {
        parts.ports().observer().outrun();
        parts.log()
                .error(
                        "vault {} stops at seq {}: {}",
                        parts.vaultId(),
                        state.cursor().seq(),
                        STALE);
        return stop(STALE);
    }

    private Behavior<VaultCommand> stop(String reason) {
        if (group != null) {
            group.refuse(reason);
        }
        parts.waiting().turnAllAway(reason);
        return Behaviors.stopped();
    }

    private Duration stepTook() {
        return Duration.ofNanos(System.nanoTime() - stepBegan);
    }

    private CommitGroup current() {
        if (group == null) {
            throw new IllegalStateException("no group is in flight");
        }
        return group;
    }
}
