package io.tinysync.server.wake;

import io.opentelemetry.api.trace.Span;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.server.journal.PostgresJournal;
import io.tinysync.server.metrics.WakeMetrics;
import io.tinysync.server.tracing.Tracing;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
import org.jspecify.annotations.Nullable;

/** Knows the node's sockets and what each reaches, and passes on every commit to those whom it concerns. */
public final class WakeHub extends AbstractBehavior<WakeHub.Command> {

    public sealed interface Command {}

    /**
     * A device's socket is open: it gets the head of each vault it reaches, and what follows. It is forgotten when it stops.
     *
     * @param opened run once the heads were sent, or could not be read
     */
    public record Connect(DeviceId deviceId, ActorRef<Notice> socket, Runnable opened) implements Command {}

    /**
     * A vault's log has grown.
     *
     * @param traceparent the span of the write, if it is traced
     */
    public record Committed(
            Wake wake,
            Optional<Notice.Commit> commit,
            @Nullable String traceparent) implements Command {}

    /** Devices may reach other vaults than before. */
    public record GrantsChanged() implements Command {}

    /** @param question an answer to an older one than a socket's last is out of date */
    private record Reaches(ActorRef<Notice> socket, long question, List<Wake> heads) implements Command {}

    private record Unknown(ActorRef<Notice> socket, String reason) implements Command {}

    private record Ended(ActorRef<Notice> socket) implements Command {}

    /** Vaults whose last commit is remembered: more than commit while the heads of one socket are being read. */
    private static final int MAX_RECENT = 10_000;

    /** What many sockets reach is read for a few at a time, or a change of grants would take the database from all else. */
    private static final int MAX_READING = 4;

    private static final float LOAD_FACTOR = 0.75f;

    private final PostgresJournal journal;
    private final Executor threads;
    private final WakeMetrics metrics;
    private final Tracing tracing;
    private final Map<ActorRef<Notice>, DeviceId> devices = new HashMap<>();
    private final Map<ActorRef<Notice>, Long> lastQuestion = new HashMap<>();
    private final Map<ActorRef<Notice>, Set<VaultId>> reached = new HashMap<>();
    private final Map<VaultId, Set<ActorRef<Notice>>> sockets = new HashMap<>();

    private final Map<ActorRef<Notice>, Runnable> opening = new HashMap<>();
    private final Set<ActorRef<Notice>> toRead = new LinkedHashSet<>();

    private long questions;
    private int reading;

    /** What was committed between the reading of a socket's heads and their arrival here is found in this. */
    private final Map<VaultId, Wake> recent = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<VaultId, Wake> eldest) {
            return size() > MAX_RECENT;
        }
    };

    private WakeHub(
            ActorContext<Command> context,
            PostgresJournal journal,
            Executor threads,
            WakeMetrics metrics,
            Tracing tracing) {
        super(context);
        this.journal = journal;
        this.threads = threads;
        this.metrics = metrics;
        this.tracing = tracing;
    }

    public static Behavior<Command> create(
            PostgresJournal journal, Executor threads, WakeMetrics metrics, Tracing tracing) {
        return Behaviors.setup(context -> new WakeHub(context, journal, threads, metrics, tracing));
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
        opening.put(connect.socket(), connect.opened());
        readHeads(connect.socket());
        return this;
    }

    private Behavior<Command> onGrantsChanged(GrantsChanged changed) {
        devices.keySet().forEach(this::readHeads);
        return this;
    }

    private void readHeads(ActorRef<Notice> socket) {
        lastQuestion.put(socket, ++questions);
        toRead.add(socket);
        readNext();
    }

    private void readNext() {
        while (reading < MAX_READING && !toRead.isEmpty()) {
            ActorRef<Notice> socket = toRead.iterator().next();
            toRead.remove(socket);
            DeviceId device = devices.get(socket);
            if (device != null) {
                reading++;
                ask(socket, device, lastQuestion.getOrDefault(socket, 0L));
            }
        }
    }

    private void ask(ActorRef<Notice> socket, DeviceId device, long question) {
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> journal.headsReachedBy(device), threads),
                        (heads, failure) -> heads != null
                                ? new Reaches(socket, question, heads)
                                : new Unknown(socket, String.valueOf(failure)));
    }

    private Behavior<Command> onReaches(Reaches reaches) {
        hear(reaches);
        isRead(reaches.socket());
        return this;
    }

    private void isRead(ActorRef<Notice> socket) {
        reading--;
        hasOpened(socket);
        readNext();
    }

    private void hasOpened(ActorRef<Notice> socket) {
        Runnable opened = opening.remove(socket);
        if (opened != null) {
            opened.run();
        }
    }

    private void hear(Reaches reaches) {
        if (lastQuestion.getOrDefault(reaches.socket(), 0L) != reaches.question()) {
            return;
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
    }

    private Wake newest(Wake head) {
        Wake heard = recent.getOrDefault(head.vaultId(), head);
        return heard.headSeq() > head.headSeq() ? heard : head;
    }

    /** What a socket reaches stays as it was; its device polls, and the next change of grants asks again. */
    private Behavior<Command> onUnknown(Unknown unknown) {
        getContext().getLog().warn("the vaults of {} could not be read: {}", unknown.socket(), unknown.reason());
        isRead(unknown.socket());
        return this;
    }

    private Behavior<Command> onCommitted(Committed committed) {
        Wake wake = committed.wake();
        recent.put(wake.vaultId(), wake);
        Notice notice = new Notice(wake, committed.commit());
        Set<ActorRef<Notice>> woken = sockets.getOrDefault(wake.vaultId(), Set.of());
        String traceparent = committed.traceparent();
        if (traceparent != null && !woken.isEmpty()) {
            Span span = tracing.partOf(traceparent, "wake");
            span.setAttribute("sockets", woken.size());
            woken.forEach(socket -> socket.tell(notice));
            span.end();
        } else {
            woken.forEach(socket -> socket.tell(notice));
        }
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        devices.remove(ended.socket());
        toRead.remove(ended.socket());
        hasOpened(ended.socket());
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
