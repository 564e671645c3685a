package io.tinysync.server.http;

import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.server.cluster.NodeEvent;
import io.tinysync.server.cluster.NodeEvents;
import io.tinysync.server.cluster.Withdrawals;
import io.tinysync.server.identity.Groups;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Groups of devices and the vaults granted to them. */
final class GroupRoutes {

    private final Groups groups;
    private final NodeEvents events;
    private final Withdrawals withdrawals;

    GroupRoutes(Groups groups, NodeEvents events, Withdrawals withdrawals) {
        this.groups = groups;
        this.events = events;
        this.withdrawals = withdrawals;
    }

    List<Route> routes() {
        return List.of(
                new Route("createGroup", this::create),
                new Route("listGroups", this::list),
                new Route("getGroup", this::group),
                new Route("deleteGroup", this::delete),
                new Route(
                        "addDeviceToGroup",
                        exchange ->
                                changed(groups.addDevice(exchange.groupId(), exchange.deviceId(), exchange.origin()))),
                new Route(
                        "removeDeviceFromGroup",
                        exchange -> withdrawn(
                                groups.removeDevice(exchange.groupId(), exchange.deviceId(), exchange.origin()))),
                new Route(
                        "grantVaultToGroup",
                        exchange ->
                                changed(groups.addVault(exchange.groupId(), exchange.vaultId(), exchange.origin()))),
                new Route(
                        "withdrawVaultFromGroup",
                        exchange -> withdrawn(
                                groups.removeVault(exchange.groupId(), exchange.vaultId(), exchange.origin()))));
    }

    private HttpResponse create(Exchange exchange) throws InterruptedException {
        String name = exchange.body(Management.CreateGroup.class).name();
        return groups.create(name, exchange.origin())
                .map(Answers::created)
                .orElseThrow(() -> new ProblemException(ProblemCode.ALREADY_EXISTS, "a group has this name"));
    }

    private HttpResponse list(Exchange exchange) {
        return Answers.json(new Management.GroupList(groups.list()));
    }

    private HttpResponse group(Exchange exchange) {
        return groups.find(exchange.groupId()).map(Answers::json).orElseThrow(() -> ProblemException.notFound("group"));
    }

    private HttpResponse delete(Exchange exchange) throws InterruptedException {
        return withdrawn(groups.delete(exchange.groupId(), exchange.origin()));
    }

    /** Also where nothing was found: it may have been taken away by a request that was never answered. */
    private HttpResponse withdrawn(boolean found) throws InterruptedException {
        withdrawals.forgetEverywhere();
        return changed(found);
    }

    private HttpResponse changed(boolean found) {
        if (!found) {
            throw ProblemException.notFound("group, device or vault of this kind");
        }
        events.tell(new NodeEvent.GrantsChanged());
        return Answers.noContent();
    }
}
