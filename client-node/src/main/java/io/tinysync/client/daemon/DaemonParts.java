package io.tinysync.client.daemon;

import com.typesafe.config.ConfigFactory;
import io.tinysync.client.http.HttpTimes;
import io.tinysync.client.http.RemoteServer;
import io.tinysync.client.mount.Binding;
import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.device.SyncSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the drives of one daemon share.
 *
 * @param registration who this device is to the server now
 * @param settings the numbers of every vault's actors
 * @param system runs them
 * @param server as this device reaches it
 * @param wakes passes the wake socket's news on
 * @param clock the machine's
 * @param binding brings drives to the kernel
 * @param blocking runs what waits for the disk, each on a virtual thread of its own
 */
record DaemonParts(
        StateDirectory state,
        Registration registration,
        SyncSettings settings,
        ActorSystem<SpawnProtocol.Command> system,
        RemoteServer server,
        Wakes wakes,
        Clock clock,
        Binding binding,
        ExecutorService blocking)
        implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DaemonParts.class);

    private static final int STOP_SECONDS = 10;
    private static final Duration BETWEEN_LOOKS_AT_THE_HEAP = Duration.ofSeconds(10);
    private static final Duration SPAWN = Duration.ofSeconds(10);

    static DaemonParts start(StateDirectory state, Credentials credentials, SyncSettings settings) {
        RemoteServer server = new RemoteServer(
                credentials.server(), credentials.token(), credentials.trusted(System.getenv()), HttpTimes.DEFAULT);
        ActorSystem<SpawnProtocol.Command> system =
                ActorSystem.create(SpawnProtocol.create(), "device", ConfigFactory.load("io/tinysync/client/daemon"));
        var _ = system.scheduler()
                .scheduleWithFixedDelay(
                        BETWEEN_LOOKS_AT_THE_HEAP,
                        BETWEEN_LOOKS_AT_THE_HEAP,
                        new HeapCare(),
                        system.executionContext());
        return new DaemonParts(
                state,
                new Registration(credentials, server),
                settings,
                system,
                server,
                new Wakes(),
                Clock.systemUTC(),
                Bindings.chosen(),
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("device-disk-", 0).factory()));
    }

    Credentials credentials() {
        return registration.current();
    }

    <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        return AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
                        system,
                        replyTo -> new SpawnProtocol.Spawn<>(behavior, name, Props.empty(), replyTo),
                        SPAWN,
                        system.scheduler())
                .toCompletableFuture()
                .join();
    }

    @Override
    public void close() {
        server.close();
        system.terminate();
        try {
            var _ = system.getWhenTerminated().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("the device's actors did not stop: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        blocking.close();
    }
}
