package io.tinysync.server.cluster;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Wake;

/** What every node has to hear, whichever it happened on. An event may be lost, and never says more than PostgreSQL has. */
public sealed interface NodeEvent {

    /** A vault's log has grown. */
    record Committed(Wake wake) implements NodeEvent {}

    /** Devices may reach other vaults than before. */
    record GrantsChanged() implements NodeEvent {}

    /** A device's token is no longer valid. */
    record Revoked(DeviceId deviceId) implements NodeEvent {}
}
