package io.tinysync.e2e;

import java.io.IOException;
import java.nio.file.Path;

/** One server and two devices, laptop and desktop, with their drives on one vault. */
final class World implements AutoCloseable {

    private final Vault vault;
    private final DeviceProcess laptop;
    private final DeviceProcess desktop;

    private World(Vault vault, DeviceProcess laptop, DeviceProcess desktop) {
        this.vault = vault;
        this.laptop = laptop;
        this.desktop = desktop;
    }

    /** With everything at its default, but for polls, which come so rarely that only wakes can carry a change. */
    static World create(Path directory) throws IOException {
        return create(directory, Account.own(), Account.own());
    }

    /** The same over TLS; the devices were told at their registration whom to trust. */
    static World encrypted(Path directory) throws IOException {
        return create(ServerProcess.encrypted(directory, Account.own()), directory, Account.own());
    }

    static World create(Path directory, Account servers, Account devices) throws IOException {
        return create(new ServerProcess(directory, servers), directory, devices);
    }

    private static World create(ServerProcess server, Path directory, Account devices) throws IOException {
        Vault vault = Vault.create(server, "work");
        return new World(vault, join(vault, directory, "laptop", devices), join(vault, directory, "desktop", devices));
    }

    /** One more device on the same vault; the caller closes it. */
    DeviceProcess join(Path directory, String name, Account account) throws IOException {
        return join(vault, directory, name, account);
    }

    private static DeviceProcess join(Vault vault, Path directory, String name, Account account) throws IOException {
        DeviceProcess device = vault.register(directory, name, account.with("TINYSYNC_POLL_SECONDS", "3600"));
        device.attach();
        return device;
    }

    ServerProcess server() {
        return vault.server();
    }

    DeviceProcess laptop() {
        return laptop;
    }

    DeviceProcess desktop() {
        return desktop;
    }

    Vault vault() {
        return vault;
    }

    /** Returns when both devices have sent what they have and applied the log's head. */
    void settle() throws IOException {
        laptop.sync();
        desktop.sync();
        laptop.sync();
    }

    @Override
    public void close() throws IOException {
        try (ServerProcess _ = vault.server();
                laptop;
                desktop) {
            // Closed in reverse order: the devices first, so that they drain into a server that answers.
        }
    }
}
