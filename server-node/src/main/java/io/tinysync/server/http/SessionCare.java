package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.cluster.NodeEvent;
import io.tinysync.server.cluster.NodeEvents;
import io.tinysync.server.identity.Devices;
import io.tinysync.server.postgres.DatabaseException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what devices have open on this node and may no longer have: at once when a node tells of a revocation or of changed grants, and by
 * looking every so often, since what nodes tell each other may be lost.
 */
final class SessionCare implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SessionCare.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final Sessions sessions;
    private final Devices devices;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("session-care").factory());

    private SessionCare(Sessions sessions, Devices devices) {
        this.sessions = sessions;
        this.devices = devices;
    }

    static SessionCare start(Sessions sessions, Devices devices, NodeEvents events) {
        SessionCare care = new SessionCare(sessions, devices);
        var _ = care.thread.scheduleWithFixedDelay(
                care::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        events.listen("session-care", care::heard);
        return care;
    }

    private void heard(NodeEvent event) {
        switch (event) {
            case NodeEvent.Revoked(DeviceId device) -> sessions.revoke(device);
            case NodeEvent.GrantsChanged() -> thread.execute(this::look);
            case NodeEvent.Committed _ -> {}
        }
    }

    private void look() {
        Set<DeviceId> open = sessions.devices();
        if (open.isEmpty()) {
            return;
        }
        try {
            Map<DeviceId, Set<VaultId>> reaching = devices.reaching(open);
            for (DeviceId device : open) {
                if (reaching.containsKey(device)) {
                    sessions.endAllBut(device, reaching.get(device));
                } else {
                    sessions.revoke(device);
                }
            }
        } catch (DatabaseException e) {
            LOG.warn("what devices reach could not be read, and is read again soon: {}", e.toString());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
