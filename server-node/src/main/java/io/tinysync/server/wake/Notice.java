package io.tinysync.server.wake;

import io.tinysync.engine.protocol.Wake;
import java.time.Instant;
import java.util.Optional;

/**
 * What a socket is told.
 *
 * @param commit because of which it is told; none where it only begins to listen
 */
public record Notice(Wake wake, Optional<Commit> commit) {

    /**
     * A commit.
     *
     * @param here whether it was made on this node
     * @param at by the clock of its node
     */
    public record Commit(boolean here, Instant at) {}
}
