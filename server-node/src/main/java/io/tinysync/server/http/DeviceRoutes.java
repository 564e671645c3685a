package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.PairingCode;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.server.cluster.NodeEvent;
import io.tinysync.server.cluster.NodeEvents;
import io.tinysync.server.cluster.Withdrawals;
import io.tinysync.server.identity.Devices;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Devices: how they come and go. */
final class DeviceRoutes {

    private final Devices devices;
    private final PairingRoutes pairings;
    private final Sessions sessions;
    private final boolean openRegistration;
    private final NodeEvents events;
    private final Withdrawals withdrawals;

    DeviceRoutes(
            Devices devices,
            PairingRoutes pairings,
            Sessions sessions,
            boolean openRegistration,
            NodeEvents events,
            Withdrawals withdrawals) {
        this.devices = devices;
        this.pairings = pairings;
        this.sessions = sessions;
        this.openRegistration = openRegistration;
        this.events = events;
        this.withdrawals = withdrawals;
    }

    List<Route> routes() {
        return List.of(
                new Route("registerDevice", this::register),
                new Route("listDevices", this::list),
                new Route("getDevice", this::device),
                new Route("revokeDevice", this::revoke));
    }

    private HttpResponse register(Exchange exchange) throws InterruptedException {
        Management.RegisterDevice body = exchange.body(Management.RegisterDevice.class);
        PairingCode code = body.pairingCode();
        if (code != null) {
            return pairings.join(exchange, code, body.displayName());
        }
        if (!openRegistration && !(exchange.caller() instanceof Caller.Admin)) {
            throw closed(exchange.caller());
        }
        return Answers.created(devices.register(body.displayName(), exchange.origin()));
    }

    private static ProblemException closed(Caller caller) {
        ProblemCode code = caller instanceof Caller.Anyone ? ProblemCode.UNAUTHORIZED : ProblemCode.FORBIDDEN;
        return new ProblemException(code, "registration needs a pairing code or the admin token on this server");
    }

    private HttpResponse list(Exchange exchange) {
        return Answers.json(new Management.DeviceList(devices.list()));
    }

    private HttpResponse device(Exchange exchange) {
        return devices.find(ownOrAny(exchange))
                .map(Answers::json)
                .orElseThrow(() -> ProblemException.notFound("device"));
    }

    private HttpResponse revoke(Exchange exchange) throws InterruptedException {
        DeviceId device = ownOrAny(exchange);
        boolean revoked = devices.revoke(device, exchange.origin());
        if (revoked) {
            sessions.revoke(device, exchange.session());
            events.tell(new NodeEvent.Revoked(device));
        }
        // Also where nothing was found: it may have been revoked by a request that was never answered.
        withdrawals.forgetEverywhere();
        if (!revoked) {
            throw ProblemException.notFound("device");
        }
        return Answers.noContent();
    }

    /** The device in the path: a device may ask only about itself, the administrator about any. */
    private static DeviceId ownOrAny(Exchange exchange) {
        DeviceId device = exchange.deviceId();
        if (exchange.caller() instanceof Caller.Device caller && !caller.id().equals(device)) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "another device needs the admin token");
        }
        return device;
    }
}
