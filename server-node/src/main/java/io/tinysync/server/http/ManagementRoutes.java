package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.server.cluster.NodeEvent;
import io.tinysync.server.cluster.NodeEvents;
import io.tinysync.server.identity.Devices;
import io.tinysync.server.identity.Groups;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Devices, groups and grants. */
final class ManagementRoutes {

    private final Devices devices;
    private final Groups groups;
    private final Sessions sessions;
    private final boolean openRegistration;
    private final NodeEvents events;

    ManagementRoutes(Devices devices, Groups groups, Sessions sessions, boolean openRegistration, NodeEvents events) {
        this.devices = devices;
        this.groups = groups;
        this.sessions = sessions;
        this.openRegistration = openRegistration;
        this.events = events;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethods.POST, "/v1/devices", Access.ANYONE, this::registerDevice),
                new Route(HttpMethods.GET, "/v1/devices", Access.ADMIN, this::listDevices),
                new Route(HttpMethods.GET, "/v1/devices/{device_id}", Access.TOKEN, this::device),
                new Route(HttpMethods.DELETE, "/v1/devices/{device_id}", Access.TOKEN, this::revokeDevice),
                new Route(HttpMethods.POST, "/v1/groups", Access.ADMIN, this::createGroup),
                new Route(HttpMethods.GET, "/v1/groups", Access.ADMIN, this::listGroups),
                new Route(HttpMethods.GET, "/v1/groups/{group_id}", Access.ADMIN, this::group),
                new Route(HttpMethods.DELETE, "/v1/groups/{group_id}", Access.ADMIN, this::deleteGroup),
                new Route(
                        HttpMethods.PUT,
                        "/v1/groups/{group_id}/devices/{device_id}",
                        Access.ADMIN,
                        exchange -> changed(groups.addDevice(exchange.groupId(), exchange.deviceId()))),
                new Route(
                        HttpMethods.DELETE,
                        "/v1/groups/{group_id}/devices/{device_id}",
                        Access.ADMIN,
                        exchange -> changed(groups.removeDevice(exchange.groupId(), exchange.deviceId()))),
                new Route(
                        HttpMethods.PUT,
                        "/v1/groups/{group_id}/vaults/{vault_id}",
                        Access.ADMIN,
                        exchange -> changed(groups.addVault(exchange.groupId(), exchange.vaultId()))),
                new Route(
                        HttpMethods.DELETE,
                        "/v1/groups/{group_id}/vaults/{vault_id}",
                        Access.ADMIN,
                        exchange -> changed(groups.removeVault(exchange.groupId(), exchange.vaultId()))));
    }

    private HttpResponse registerDevice(Exchange exchange) throws InterruptedException {
        if (!openRegistration && !(exchange.caller() instanceof Caller.Admin)) {
            ProblemCode code =
                    exchange.caller() instanceof Caller.Anyone ? ProblemCode.UNAUTHORIZED : ProblemCode.FORBIDDEN;
            throw new ProblemException(code, "registration needs the admin token on this server");
        }
        String name = exchange.body(Management.RegisterDevice.class).displayName();
        return Answers.created(devices.register(name));
    }

    private HttpResponse listDevices(Exchange exchange) {
        return Answers.json(new Management.DeviceList(devices.list()));
    }

    private HttpResponse device(Exchange exchange) {
        return devices.find(ownOrAny(exchange))
                .map(Answers::json)
                .orElseThrow(() -> ProblemException.notFound("device"));
    }

    private HttpResponse revokeDevice(Exchange exchange) {
        DeviceId device = ownOrAny(exchange);
        if (!devices.revoke(device)) {
            throw ProblemException.notFound("device");
        }
        sessions.revoke(device, exchange.session());
        events.tell(new NodeEvent.Revoked(device));
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

    private HttpResponse createGroup(Exchange exchange) throws InterruptedException {
        String name = exchange.body(Management.CreateGroup.class).name();
        return groups.create(name)
                .map(Answers::created)
                .orElseThrow(() -> new ProblemException(ProblemCode.ALREADY_EXISTS, "a group has this name"));
    }

    private HttpResponse listGroups(Exchange exchange) {
        return Answers.json(new Management.GroupList(groups.list()));
    }

    private HttpResponse group(Exchange exchange) {
        return groups.find(exchange.groupId()).map(Answers::json).orElseThrow(() -> ProblemException.notFound("group"));
    }

    private HttpResponse deleteGroup(Exchange exchange) {
        if (!groups.delete(exchange.groupId())) {
            throw ProblemException.notFound("group");
        }
        events.tell(new NodeEvent.GrantsChanged());
        return Answers.noContent();
    }

    private HttpResponse changed(boolean found) {
        if (!found) {
            throw ProblemException.notFound("group, device or vault of this kind");
        }
        events.tell(new NodeEvent.GrantsChanged());
        return Answers.noContent();
    }
}
