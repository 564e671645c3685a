package io.tinysync.client.daemon;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.AttachedVault;
import io.tinysync.engine.device.CacheKeeper;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.StoredLocalTree;
import io.tinysync.engine.device.SyncSettings;
import io.tinysync.engine.device.SyncStatus;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.UpkeepActor;
import io.tinysync.engine.device.VaultParts;
import io.tinysync.engine.device.VaultSync;
import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.protocol.VaultStatus;
import io.tinysync.engine.tree.NameRules;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** The engine's actors of one attached vault and the tree that they keep in step. Thread-safe. */
final class VaultActors {

    /** An actor that does not answer within this has a fault; its own limits are added to it. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private static final Duration LONGEST_RESYNC = Duration.ofDays(1);

    private final ActorSystem<?> system;
    private final ActorRef<VaultSync.Command> vault;
    private final LocalTree tree;
    private final LateListener listener;
    private final Hydrations hydrations;
    private final CacheKeeper keeper;
    private final Upkeep upkeep;

    private VaultActors(
            ActorSystem<?> system,
            ActorRef<VaultSync.Command> vault,
            LocalTree tree,
            LateListener listener,
            CacheKeeper keeper,
            Upkeep upkeep) {
        this.system = system;
        this.vault = vault;
        this.tree = tree;
        this.listener = listener;
        this.hydrations = new Hydrations(system, vault);
        this.keeper = keeper;
        this.upkeep = upkeep;
    }

    /** Starts them; they begin to pull and to send at once. */
    static VaultActors start(DaemonParts parts, VaultStatus vault, SqliteStore store, ContentFiles contents) {
        LateListener listener = new LateListener();
        DeviceRules rules = rules(parts, vault);
        AtomicReference<ActorRef<VaultSync.Command>> guardian =
                new AtomicReference<>(parts.system().ignoreRef());
        StoredLocalTree tree = new StoredLocalTree(
                store,
                rules,
                parts.clock()::millis,
                listener,
                () -> guardian.get().tell(new VaultSync.LocalWork()));
        VaultParts vaultParts = new VaultParts(
                vault.vaultId(),
                store,
                contents,
                parts.server(),
                rules,
                parts.settings(),
                listener,
                tree::setReadOnly,
                parts.clock()::millis,
                () -> ThreadLocalRandom.current().nextDouble(),
                parts.blocking());
        ActorRef<VaultSync.Command> actor = parts.spawn(AttachedVault.create(vaultParts), "vault-" + vault.vaultId());
        guardian.set(actor);
        parts.wakes().add(vault.vaultId(), actor);
        CacheKeeper keeper = new CacheKeeper(
                store,
                rules.names(),
                contents,
                CacheSettings.budget(System.getenv(), contents.space().totalBytes()));
        contents.askForRoom(keeper);
        Upkeep upkeep =
                new Upkeep(parts.spawn(UpkeepActor.create(vaultParts, keeper, actor), "upkeep-" + vault.vaultId()));
        listener.tell(upkeep);
        listener.tell(new ConflictLog(vault.vaultId()));
        return new VaultActors(parts.system(), actor, tree, listener, keeper, upkeep);
    }

    private static DeviceRules rules(DaemonParts parts, VaultStatus vault) {
        SyncSettings settings = parts.settings();
        return new DeviceRules(
                NameRules.of(vault.namePolicy()),
                new TimeOrderedIds(parts.clock()),
                parts.credentials().name(),
                settings.temporaryQuiet().toMillis(),
                settings.refusedRetry().toMillis(),
                vault.limits().maxFileBytes());
    }

    void listen(TreeListener drive) {
        listener.tell(drive);
    }

    LocalTree tree() {
        return tree;
    }

    CacheKeeper keeper() {
        return keeper;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    Hydrations hydrations() {
        return hydrations;
    }

    SyncStatus status() {
        return AskPattern.<VaultSync.Command, SyncStatus>ask(
                        vault, VaultSync.GetStatus::new, ANSWER, system.scheduler())
                .toCompletableFuture()
                .join();
    }

    CompletionStage<VaultSync.SyncOutcome> sync(Duration limit) {
        return AskPattern.ask(
                vault, replyTo -> new VaultSync.SyncNow(limit, replyTo), limit.plus(ANSWER), system.scheduler());
    }

    /** However long the server is away: it is done once it is back. */
    CompletionStage<VaultSync.Resynced> resync() {
        return AskPattern.ask(vault, VaultSync.Resync::new, LONGEST_RESYNC, system.scheduler());
    }

    /** Sends what is pending while the server answers, within the limit, and ends the actors. */
    VaultSync.SyncOutcome stop(Duration drain) {
        upkeep.stop();
        try {
            return AskPattern.<VaultSync.Command, VaultSync.SyncOutcome>ask(
                            vault,
                            replyTo -> new VaultSync.Stop(drain, replyTo),
                            drain.plus(ANSWER),
                            system.scheduler())
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the vault's actor does not stop", e);
        }
    }
}
