package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.ServerUrls;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Management;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One of the demo's devices.
 *
 * @param name what it is called
 * @param state its state directory
 * @param mountpoint its drive
 */
record DemoDevice(String name, StateDirectory state, Path mountpoint) {

    private static final Duration READY = Duration.ofMinutes(1);

    /** Above the daemon's own limit for draining. */
    private static final Duration STOP = Duration.ofSeconds(60);

    private static final Duration SYNC = Duration.ofSeconds(10);

    /** Stops a daemon that an earlier demo left running. */
    void stopLeftDaemon() {
        try {
            LeftProcess.stop(state.daemonLock(), state.path(), STOP);
        } catch (IOException e) {
            throw Refusal.of("cannot read " + state.daemonLock(), e);
        }
    }

    /** Registers the device once; later only sees to it that it looks for the server where that is. */
    DeviceId register(URI server, ServerCalls calls) {
        Optional<Credentials> before = Credentials.load(state);
        Credentials now = before.map(known ->
                        new Credentials(ServerUrls.of(server), known.deviceId(), known.token(), known.name(), null))
                .orElseGet(() -> {
                    Management.RegisteredDevice device = calls.post(
                            "/v1/devices", new Management.RegisterDevice(name), Management.RegisteredDevice.class);
                    return new Credentials(ServerUrls.of(server), device.deviceId(), device.token(), name, null);
                });
        if (!before.equals(Optional.of(now))) {
            now.save(state);
        }
        return now.deviceId();
    }

    /** Starts its daemon, which mounts the drive when it is {@linkplain #awaitDrive ready}. */
    ChildProcess startDaemon(String vault) {
        return new BackgroundDaemon(state).start(vault, mountpoint);
    }

    void awaitDrive(ChildProcess daemon) {
        daemon.awaitReady(READY, state.daemonLog());
    }

    static void stop(ChildProcess daemon) {
        daemon.stop(STOP);
    }

    /** Sends and fetches; how far it came is for status to say. */
    void sync() {
        new ControlClient(state)
                .require(
                        ControlRequest.post("/v1/sync", Map.of("wait_millis", Long.toString(SYNC.toMillis() / 2))),
                        SYNC);
    }
}
