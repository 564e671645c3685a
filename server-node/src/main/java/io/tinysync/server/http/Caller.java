package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;

/** Who makes a request. */
sealed interface Caller {

    /** No token was sent. */
    record Anyone() implements Caller {}

    record Admin() implements Caller {}

    /**
     * A registered device.
     *
     * @param reachesVault whether it reaches the vault of the request's path
     */
    record Device(DeviceId id, boolean reachesVault) implements Caller {}
}
