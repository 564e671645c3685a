package io.tinysync.server.cluster;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Wake;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What every node has to hear, whichever it happened on. An event may be lost, and never says more than PostgreSQL has. */
public sealed interface NodeEvent {

    /**
     * A vault's log has grown.
     *
     * @param micros when, since 1970 by the clock of the vault's node; 0 of a node that does not say
     * @param node of the vault, as the others call it; empty of a node that does not say
     * @param traceparent the span of the write, if it is traced
     */
    record Committed(
            Wake wake, long micros, String node, @Nullable String traceparent) implements NodeEvent {
        public Committed {
            // A node of the version before leaves it out.
            node = Objects.requireNonNullElse(node, "");
        }
    }

    /** Devices may reach other vaults than before. */
    record GrantsChanged() implements NodeEvent {}

    /** A device's token is no longer valid. */
    record Revoked(DeviceId deviceId) implements NodeEvent {}
}
