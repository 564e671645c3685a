package io.tinysync.suites;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Management.RegisteredDevice;
import io.tinysync.nodes.AdminCalls;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;

/** The vaults and devices of a run, made through the protocol; each step adds what it needs beyond the one before. */
final class Fixture {

    private final HttpClient http;
    private final String url;
    private final AdminCalls admin;
    private final String name;
    private final List<Made> made = new ArrayList<>();

    /** One vault so far. */
    private static final class Made {
        private final AdminCalls.SharedVault shared;
        private final List<RegisteredDevice> devices = new ArrayList<>();
        private final List<Content> contents = new ArrayList<>();
        private Cursor head = Cursor.START;
        private long items;

        Made(AdminCalls.SharedVault shared) {
            this.shared = shared;
        }

        LoadVault asVault() {
            return new LoadVault(
                    shared.vault().vaultId(),
                    head,
                    devices.stream().map(RegisteredDevice::token).toList(),
                    contents,
                    items);
        }
    }

    /** @param name what the vaults, groups and devices are called */
    Fixture(HttpClient http, String url, String adminToken, String name) {
        this.http = http;
        this.url = url;
        this.admin = new AdminCalls(http, url, adminToken);
        this.name = name;
    }

    /** Vaults of that shape, with the ends of their logs as they are now. */
    List<LoadVault> shaped(Suite.Shape shape) throws IOException, InterruptedException {
        for (int i = 0; i < shape.devices().size(); i++) {
            if (i == made.size()) {
                made.add(new Made(admin.share(name + " " + (i + 1))));
            }
            shape(made.get(i), shape.devices().get(i), shape);
        }
        return made.stream().map(Made::asVault).toList();
    }

    private void shape(Made vault, int devices, Suite.Shape shape) throws IOException, InterruptedException {
        while (vault.devices.size() < devices) {
            vault.devices.add(admin.register(name, vault.shared));
        }
        LoadDevice device =
                new LoadDevice(url, vault.asVault(), vault.devices.getFirst().token());
        VaultFiller filler = new VaultFiller(http, device);
        while (vault.contents.size() < shape.contents().size()) {
            vault.contents.add(filler.addFile(shape.contents().get(vault.contents.size())));
            vault.items++;
        }
        if (vault.items < shape.items()) {
            vault.items += filler.addEmptyFiles(shape.items());
        }
        vault.head = filler.head();
    }

    /** Revokes the devices and drops the groups; the vaults stay, since nothing deletes a vault. */
    void remove() throws IOException, InterruptedException {
        for (Made vault : made) {
            for (RegisteredDevice device : vault.devices) {
                admin.revoke(device.deviceId());
            }
            admin.drop(vault.shared.group().groupId());
        }
    }
}
