package io.tinysync.client.daemon;

import io.tinysync.client.http.RemoteServer;
import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.StateDirectory;

/** Who this device is to the server, which changes under a running daemon when the device is registered anew. Thread-safe. */
final class Registration {

    private final RemoteServer server;
    private volatile Credentials current;

    Registration(Credentials current, RemoteServer server) {
        this.current = current;
        this.server = server;
    }

    Credentials current() {
        return current;
    }

    /**
     * Goes on as the device that the state directory names now. Calls under way end as the device before; whatever they come to
     * is repeated as for any other failure.
     */
    synchronized void reload(StateDirectory state) {
        Credentials now = Credentials.require(state);
        if (!now.equals(current)) {
            current = now;
            server.use(now.server(), now.token(), now.trusted(System.getenv()));
        }
    }
}
