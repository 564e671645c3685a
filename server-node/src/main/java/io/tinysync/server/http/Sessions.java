package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.VaultId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;

/**
 * The requests and sockets that devices have open on this node, so that they can be ended when a device is revoked or reaches a vault no longer. Thread-safe.
 *
 * <p>Sessions are held weakly: whatever carries out a session holds it, and nothing has to tell when it is over.
 */
final class Sessions {

    private static final Session NOBODY = new Session(Optional.empty(), problem -> {});

    private final Map<DeviceId, Set<Session>> open = new HashMap<>();
    private final Set<DeviceId> revoked = new HashSet<>();

    /**
     * Registers a device's session.
     *
     * @param vault what it is about, if it is about one
     * @param onEnd called when the session is ended before its time
     * @throws ProblemException if the device was revoked since its token was looked up
     */
    synchronized Session open(DeviceId device, Optional<VaultId> vault, Consumer<ProblemException> onEnd) {
        if (revoked.contains(device)) {
            throw revokedProblem();
        }
        Session session = new Session(vault, onEnd);
        open.computeIfAbsent(device, id -> Collections.newSetFromMap(new WeakHashMap<>()))
                .add(session);
        return session;
    }

    /** Ends all sessions of a device whose token is no longer valid, but for the one in which it gave itself up. */
    void revoke(DeviceId device, Session giver) {
        List<Session> ending;
        synchronized (this) {
            revoked.add(device);
            Set<Session> sessions = open.remove(device);
            ending = sessions == null ? List.of() : new ArrayList<>(sessions);
        }
        ending.stream().filter(session -> session != giver).forEach(session -> session.end(revokedProblem()));
    }

    void revoke(DeviceId device) {
        revoke(device, NOBODY);
    }

    synchronized Set<DeviceId> devices() {
        return Set.copyOf(open.keySet());
    }

    /** Ends the device's sessions that are about other vaults. */
    void endAllBut(DeviceId device, Set<VaultId> reached) {
        List<Session> ending;
        synchronized (this) {
            ending = open.getOrDefault(device, Set.of()).stream()
                    .filter(session -> session.vault()
                            .filter(vault -> !reached.contains(vault))
                            .isPresent())
                    .toList();
        }
        ending.forEach(session -> session.end(ProblemException.notFound("vault")));
    }

    static ProblemException revokedProblem() {
        return new ProblemException(ProblemCode.UNAUTHORIZED, "the device was revoked");
    }
}
