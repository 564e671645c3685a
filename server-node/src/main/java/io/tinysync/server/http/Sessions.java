package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.identity.RememberedAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The requests and sockets that devices have open on this node, so that they can be ended when a device is revoked or reaches a vault no longer. Thread-safe.
 *
 * <p>Sessions are held weakly: whatever carries out a session holds it, and nothing has to tell when it is over. Revocations are kept for so long
 * that no request whose token was found good before them can still come.
 */
final class Sessions {

    private static final Session NOBODY = new Session(Optional.empty(), problem -> {});

    /** How long a request may take from before its token is looked up until its session is open. */
    static final Duration OPENING = Duration.ofSeconds(60);

    /** A token may be taken for good for some time after its device was revoked. */
    static final Duration REVOCATIONS_KEPT = OPENING.plus(RememberedAccess.MAX_AGE);

    private final LongSupplier nanos;
    private final Map<DeviceId, Set<Session>> open = new HashMap<>();

    /** When devices were revoked, the oldest first. */
    private final Map<DeviceId, Long> revoked = new LinkedHashMap<>();

    /** @param nanos a clock that only goes forward */
    Sessions(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The moment that a request's session is opened with; to be asked for before the token is looked up. */
    long now() {
        return nanos.getAsLong();
    }

    /**
     * Registers a device's session.
     *
     * @param vault what it is about, if it is about one
     * @param onEnd called when the session is ended before its time
     * @param lookedUp a moment before the token was looked up
     * @throws ProblemException if the device was revoked since, or that was so long ago that nobody knows
     */
    synchronized Session open(
            DeviceId device, Optional<VaultId> vault, Consumer<ProblemException> onEnd, long lookedUp) {
        if (revoked.containsKey(device)) {
            throw revokedProblem();
        }
        if (now() - lookedUp > OPENING.toNanos()) {
            throw new ProblemException(ProblemCode.UNAVAILABLE, "the token was looked up too long ago");
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
            forgetOldRevocations();
            revoked.putIfAbsent(device, now());
            Set<Session> sessions = open.remove(device);
            ending = sessions == null ? List.of() : new ArrayList<>(sessions);
        }
        ending.stream().filter(session -> session != giver).forEach(session -> session.end(revokedProblem()));
    }

    void revoke(DeviceId device) {
        revoke(device, NOBODY);
    }

    private void forgetOldRevocations() {
        long oldest = now() - REVOCATIONS_KEPT.toNanos();
        Iterator<Long> times = revoked.values().iterator();
        while (times.hasNext() && times.next() - oldest < 0) {
            times.remove();
        }
    }

    /** Those that have something open; what is known of the others goes. */
    synchronized Set<DeviceId> devices() {
        forgetOldRevocations();
        open.values().removeIf(Set::isEmpty);
        return Set.copyOf(open.keySet());
    }

    synchronized int revocations() {
        return revoked.size();
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
