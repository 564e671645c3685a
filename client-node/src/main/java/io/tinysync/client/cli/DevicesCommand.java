package io.tinysync.client.cli;

import io.tinysync.client.state.Credentials;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.Management.DeviceStatus;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tinysync devices}: the devices that the server lets this one see. */
@Command(
        name = "devices",
        description = "Lists the devices that the server shows to this one: itself, or all with the admin token.")
final class DevicesCommand implements Runnable {

    @Mixin
    private AdminTokenOption adminToken;

    @Mixin
    private StateOption state;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    public void run() {
        Credentials credentials = Credentials.require(state.directory());
        print(seen(credentials, adminToken.token()), json);
    }

    private static Management.DeviceList seen(Credentials credentials, Optional<String> admin) {
        if (admin.isPresent()) {
            return ServerCalls.of(credentials, admin.get()).get("/v1/devices", Management.DeviceList.class);
        }
        DeviceStatus itself =
                ServerCalls.of(credentials).get("/v1/devices/" + credentials.deviceId(), DeviceStatus.class);
        return new Management.DeviceList(List.of(itself));
    }

    static void print(Management.DeviceList list, boolean json) {
        if (json) {
            Output.printJson(list);
            return;
        }
        Table table = new Table("DEVICE", "NAME", "REGISTERED", "LAST SEEN", "STATE");
        for (DeviceStatus device : list.devices()) {
            String seen = device.lastSeenAt();
            table.row(
                    device.deviceId(),
                    device.displayName(),
                    device.createdAt(),
                    seen == null ? "never" : seen,
                    device.revoked() ? "revoked" : "active");
        }
        Output.print(table.toString());
    }
}
