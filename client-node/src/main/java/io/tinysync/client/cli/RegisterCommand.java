package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlAnswer;
import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import io.tinysync.client.state.CaCertificates;
import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.ServerUrls;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.PairingCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tinysync register}: makes the state directory a device of a server. */
@Command(
        name = "register",
        description =
                "Makes this state directory a device of the server, which then can be given vaults through groups.")
final class RegisterCommand implements Runnable {

    /** What {@code --json} prints. */
    private record Registered(DeviceId deviceId, String name, ServerUrls server) {}

    private static final Duration ANSWER = Duration.ofSeconds(20);

    @Mixin
    private ServerOption server;

    @Mixin
    private AdminTokenOption adminToken;

    @Mixin
    private StateOption state;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What people call this device (default: the host's name).")
    private @Nullable String name;

    @Option(
            names = "--pair",
            paramLabel = "CODE",
            description = "Join the groups of the device on which 'tinysync pair' has printed this code.")
    private @Nullable String code;

    @Option(
            names = "--replace",
            description =
                    "Register anew where the directory is registered already; what is pending in it is kept and sent.")
    private boolean replace;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    public void run() {
        StateDirectory directory = state.directory();
        ServerUrls address = server.required();
        Optional<CaCertificates> ca = server.ca();
        Optional<Credentials> before = Credentials.load(directory);
        if (before.isPresent() && !replace) {
            throw new Refusal(directory.path() + " is already device "
                    + before.get().deviceId() + " of " + before.get().server() + " (--replace registers anew)");
        }
        String displayName = name != null ? name : hostName();
        Management.RegisterDevice body = Checked.value(() -> new Management.RegisterDevice(displayName, pairingCode()));
        directory.create();
        Management.RegisteredDevice device =
                new ServerCalls(address, token(), ca).post("/v1/devices", body, Management.RegisteredDevice.class);
        new Credentials(address, device.deviceId(), device.token(), displayName, ca.orElse(null)).save(directory);
        tellDaemon(directory);
        if (json) {
            Output.printJson(new Registered(device.deviceId(), displayName, address));
        } else {
            Output.print("registered " + displayName + " as device " + device.deviceId() + " at " + address);
        }
    }

    private @Nullable PairingCode pairingCode() {
        return code == null ? null : PairingCode.parse(code);
    }

    /** The code is permission enough. */
    private Optional<String> token() {
        return code == null ? adminToken.token() : Optional.empty();
    }

    /** One that runs goes on under the new registration at once. */
    private static void tellDaemon(StateDirectory directory) {
        Optional<ControlAnswer> answer =
                new ControlClient(directory).send(ControlRequest.post("/v1/registration", Map.of()), ANSWER);
        if (answer.isPresent() && !answer.get().isDone()) {
            throw new Refusal("registered, but the running daemon did not take it and must be started anew: "
                    + answer.get().text().strip());
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "device";
        }
    }
}
