package io.tinysync.server.wake;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.server.journal.PostgresJournal;
import io.tinysync.server.metrics.WakeMetrics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Knows the node's sockets and what each reaches, and passes on every commit to those whom it concerns. */
public final class WakeHub extends AbstractBehavior<WakeHub.Command> {

    public sealed interface Command {}

    /** A device's socket is open: it gets the head of each vault it reaches, and what follows. It is forgotten when it stops. */
    public record Connect(DeviceId deviceId, ActorRef<Notice> socket) implements Command {}

    /** A vault's log has grown. */
    public record Committed(Wake wake, Optional<Notice.Commit> commit) implements Command {}

    /** Devices may reach other vaults than before. */
    public record GrantsChanged() implements Command {}

    /** @param question an answer to an older one than a socket's last is out of date */
    private record Reaches(ActorRef<Notice> socket, long question, List<Wake> heads) implements Command {}

    private record Unknown(ActorRef<Notice> socket, String reason) implements Command {}

    private record Ended(ActorRef<Notice> socket) implements Command {}

    /** Vaults whose last commit is remembered: more than commit while the heads of one socket are being read. */
    private static final int MAX_RECENT = 10_000;

    private static final float LOAD_FACTOR = 0.75f;

    private final PostgresJournal journal;
    private final Executor threads;
    private final WakeMetrics metrics;
    private final Map<ActorRef<Notice>, DeviceId> devices = new HashMap<>();
    private final Map<ActorRef<Notice>, Long> lastQuestion = new HashMap<>();
    private final Map<ActorRef<Notice>, Set<VaultId>> reached = new HashMap<>();
    private final Map<VaultId, Set<ActorRef<Notice>>> sockets = new HashMap<>();

    private long questions;

    /** What was committed between the reading of a socket's heads and their arrival here is found in this. */
    private final Map<VaultId, Wake> recent = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<VaultId, Wake> eldest) {
            return size() > MAX_RECENT;
        }
    };

    private WakeHub(ActorContext<Command> context, PostgresJournal journal, Executor threads, WakeMetrics metrics) {
        super(context);
        this.journal = journal;
        this.threads = threads;
        this.metrics = metrics;
    }

    public static Behavior<Command> create(PostgresJournal journal, Executor threads, WakeMetrics metrics) {
        return Behaviors.setup(context -> new WakeHub(context, journal, threads, metrics));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Connect.class, this::onConnect)
                .onMessage(Committed.class, this::onCommitted)
                .onMessage(GrantsChanged.class, this::onGrantsChanged)
                .onMessage(Reaches.class, this::onReaches)
                .onMessage(Unknown.class, this::onUnknown)
                .onMessage(Ended.class, this::onEnded)
                .build();
    }

    private Behavior<Command> onConnect(Connect connect) {
        devices.put(connect.socket(), connect.deviceId());
        metrics.socketsAre(devices.size());
        getContext().watchWith(connect.socket(), new Ended(connect.socket()));
        readHeads(connect.socket(), connect.deviceId());
        return this;
    }

    private Behavior<Command> onGrantsChanged(GrantsChanged changed) {
        devices.forEach(this::readHeads);
        return this;
    }

    private void readHeads(ActorRef<Notice> socket, DeviceId device) {
        long question = ++questions;
        lastQuestion.put(socket, question);
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> journal.headsReachedBy(device), threads),
                        (heads, failure) -> heads != null
                                ? new Reaches(socket, question, heads)
                                : new Unknown(socket, String.valueOf(failure)));
    }

    private Behavior<Command> onReaches(Reaches reaches) {
        if (lastQuestion.getOrDefault(reaches.socket(), 0L) != reaches.question()) {
            return this;
        }
        Set<VaultId> before = reached.getOrDefault(reaches.socket(), Set.of());
        Set<VaultId> now = new HashSet<>();
        for (Wake head : reaches.heads()) {
            now.add(head.vaultId());
            sockets.computeIfAbsent(head.vaultId(), id -> new HashSet<>()).add(reaches.socket());
            if (!before.contains(head.vaultId())) {
                reaches.socket().tell(new Notice(newest(head), Optional.empty()));
            }
        }
        before.stream().filter(vault -> !now.contains(vault)).forEach(vault -> forget(vault, reaches.socket()));
        reached.put(reaches.socket(), now);
        return this;
    }

    private Wake newest(Wake head) {
        Wake heard = recent.getOrDefault(head.vaultId(), head);
        return heard.headSeq() > head.headSeq() ? heard : head;
    }

    /** What a socket reaches stays as it was; its device polls, and the next change of grants asks again. */
    private Behavior<Command> onUnknown(Unknown unknown) {
        getContext().getLog().warn("the vaults of {} could not be read: {}", unknown.socket(), unknown.reason());
        return this;
    }

    private Behavior<Command> onCommitted(Committed committed) {
        Wake wake = committed.wake();
        recent.put(wake.vaultId(), wake);
        Notice notice = new Notice(wake, committed.commit());
        sockets.getOrDefault(wake.vaultId(), Set.of()).forEach(socket -> socket.tell(notice));
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        devices.remove(ended.socket());
        lastQuestion.remove(ended.socket());
        metrics.socketsAre(devices.size());
        Set<VaultId> vaults = reached.remove(ended.socket());
        if (vaults != null) {
            vaults.forEach(vault -> forget(vault, ended.socket()));
        }
        return this;
    }

    private void forget(VaultId vault, ActorRef<Notice> socket) {
        sockets.computeIfPresent(vault, (id, rest) -> {
            rest.remove(socket);
            return rest.isEmpty() ? null : rest;
        });
    }
}
