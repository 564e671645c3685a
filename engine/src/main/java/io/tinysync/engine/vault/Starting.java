package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.vault.core.VaultCore;
import io.tinysync.engine.vault.core.VaultState;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * The first phase: reads the settings, how far the log index is, the journal (by a new ledger), then the request numbers, one after
 * the other. Requests
 * wait meanwhile. It never leaves while an answer is outstanding, so that no phase hears what another asked.
 */
final class Starting extends AbstractBehavior<VaultCommand> {

    private final EntityParts parts;
    private final int failures;
    private final long began = System.nanoTime();
    private @Nullable VaultSettings settings;
    private @Nullable ActorRef<VaultLedger.Command> ledger;
    private @Nullable VaultState state;
    private boolean ledgerStopped;

    private Starting(EntityParts parts, int failures) {
        super(parts.context());
        this.parts = parts;
        this.failures = failures;
    }

    /** Begins after so many failures in a row. */
    static Behavior<VaultCommand> begin(EntityParts parts, int failures) {
        Starting starting = new Starting(parts, failures);
        parts.ask("settings", parts.ports().catalog().settings(parts.vaultId()), VaultSignal.SettingsRead::new);
        return starting;
    }

    @Override
    public Receive<VaultCommand> createReceive() {
        return newReceiveBuilder()
                .onAnyMessage(this::onCommand)
                .onSignal(PostStop.class, stopped -> stop("the vault is being stopped"))
                .build();
    }

    private Behavior<VaultCommand> onCommand(VaultCommand command) {
        return switch (command) {
            case VaultCommand.Locate locate -> {
                parts.locate(locate);
                yield this;
            }
            case VaultCommand.Request request -> {
                parts.waiting().admit(request);
                yield this;
            }
            case VaultCommand.Stop() -> stop("the vault is being stopped");
            case VaultSignal signal -> onSignal(signal);
        };
    }

    private Behavior<VaultCommand> onSignal(VaultSignal signal) {
        return switch (signal) {
            case VaultSignal.SettingsRead(VaultSettings read) -> readIndex(read);
            case VaultSignal.IndexRead(long seq) -> recover(seq);
            case VaultSignal.Recovered(VaultState recovered) -> readNumbers(recovered);
            case VaultSignal.NumbersRead(Map<DeviceId, Long> numbers) -> serve(numbers);
            case VaultSignal.PortFailed(String reason) -> failed(reason);
            case VaultSignal.LedgerStopped() -> onLedgerStopped();
            case VaultSignal.ChainRead read -> parts.chainRead(read, () -> this);
            case VaultSignal.ChainUnread unread -> parts.chainUnread(unread, () -> this);
            case VaultSignal.OpsFound found -> parts.opsFound(found, () -> this);
            case VaultSignal.OpsUnknown(var submit, var reason) -> {
                parts.refuseReturned(submit, reason);
                yield this;
            }
            case VaultSignal.Indexed ignored -> this;
            case VaultSignal.Appended _, VaultSignal.Recorded _, VaultSignal.HeadRead _, VaultSignal.Retry _ ->
                throw new IllegalStateException("not asked for while starting: " + signal);
        };
    }

    private Behavior<VaultCommand> readIndex(VaultSettings read) {
        settings = read;
        parts.ask("log index", parts.ports().logIndex().indexedSeq(parts.vaultId()), VaultSignal.IndexRead::new);
        return this;
    }

    private Behavior<VaultCommand> recover(long indexedSeq) {
        if (settings == null) {
            throw new IllegalStateException("the index is read after the settings");
        }
        ActorRef<VaultLedger.Command> spawned = getContext()
                .spawnAnonymous(VaultLedger.create(parts.vaultId(), settings.namePolicy(), indexedSeq, parts.self()));
        getContext().watchWith(spawned, new VaultSignal.LedgerStopped());
        ledger = spawned;
        return this;
    }

    private Behavior<VaultCommand> readNumbers(VaultState recovered) {
        state = recovered;
        parts.ask(
                "request numbers", parts.ports().requestNumbers().load(parts.vaultId()), VaultSignal.NumbersRead::new);
        return this;
    }

    private Behavior<VaultCommand> serve(Map<DeviceId, Long> numbers) {
        if (ledgerStopped || settings == null || ledger == null || state == null) {
            return Pausing.begin(parts, failures + 1);
        }
        VaultState known = state;
        for (Map.Entry<DeviceId, Long> number : numbers.entrySet()) {
            known = known.withRequestNo(number.getKey(), number.getValue());
        }
        parts.log().debug("vault {} recovered: {}", parts.vaultId(), known);
        parts.ports().observer().recovered(Duration.ofNanos(System.nanoTime() - began));
        return Serving.begin(parts, new VaultCore(settings.limits(), settings.limitsRevision()), ledger, known);
    }

    /** The journal was not readable; or the request numbers are still to come, whose answer is awaited. */
    private Behavior<VaultCommand> onLedgerStopped() {
        boolean numbersOutstanding = state != null && !ledgerStopped;
        ledgerStopped = true;
        return numbersOutstanding ? this : Pausing.begin(parts, failures + 1);
    }

    private Behavior<VaultCommand> failed(String reason) {
        parts.log().warn("vault {} cannot start: {}", parts.vaultId(), reason);
        if (ledger == null || ledgerStopped) {
            return Pausing.begin(parts, failures + 1);
        }
        ledgerStopped = true;
        getContext().stop(ledger);
        return this;
    }

    private Behavior<VaultCommand> stop(String reason) {
        parts.waiting().turnAllAway(reason);
        return Behaviors.stopped();
    }
}
