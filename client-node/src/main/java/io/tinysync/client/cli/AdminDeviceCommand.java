package io.tinysync.client.cli;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Management;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tinysync admin device list|revoke}. */
@Command(name = "device", description = "Lists and revokes devices.")
final class AdminDeviceCommand extends CommandGroup {

    private record Revoked(DeviceId deviceId) {}

    @Command(name = "list", description = "Lists all devices.")
    void list(@Mixin AdminOptions options) {
        DevicesCommand.print(options.calls().get("/v1/devices", Management.DeviceList.class), options.json());
    }

    @Command(name = "revoke", description = "Ends a device's access for good; what is pending on it stays there.")
    void revoke(
            @Mixin AdminOptions options,
            @Parameters(paramLabel = "DEVICE", description = "Its id or name.") String device) {
        ServerCalls calls = options.calls();
        DeviceId deviceId = Named.device(calls, device);
        calls.delete("/v1/devices/" + deviceId);
        options.print(new Revoked(deviceId), "revoked device " + deviceId);
    }
}
