package io.tinysync.server.identity;

import io.tinysync.engine.protocol.AuditEntry.Actor;
import io.tinysync.engine.protocol.DeviceId;
import java.util.Optional;

/**
 * Who asks for a change, and from where.
 *
 * @param device of the actor {@code DEVICE}
 * @param address the IP address from which the request came
 */
public record Origin(Actor actor, Optional<DeviceId> device, String address) {

    public static Origin anonymous(String address) {
        return new Origin(Actor.ANONYMOUS, Optional.empty(), address);
    }

    public static Origin admin(String address) {
        return new Origin(Actor.ADMIN, Optional.empty(), address);
    }

    public static Origin device(DeviceId device, String address) {
        return new Origin(Actor.DEVICE, Optional.of(device), address);
    }
}
