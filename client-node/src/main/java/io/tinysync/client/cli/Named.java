package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.GroupId;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.VaultId;
import java.util.List;
import java.util.function.Function;

/** Finds by id or by name; a name that more than one thing has is refused. */
final class Named {

    private Named() {}

    static GroupId group(ServerCalls calls, String text) {
        return find(
                calls.get("/v1/groups", Management.GroupList.class).groups(),
                "group",
                text,
                Management.GroupStatus::groupId,
                Management.GroupStatus::name);
    }

    static DeviceId device(ServerCalls calls, String text) {
        List<Management.DeviceStatus> live = calls.get("/v1/devices", Management.DeviceList.class).devices().stream()
                .filter(device -> !device.revoked())
                .toList();
        return find(live, "device", text, Management.DeviceStatus::deviceId, Management.DeviceStatus::displayName);
    }

    static VaultId vault(ServerCalls calls, String text) {
        return find(
                calls.get("/v1/vaults", Management.VaultList.class).vaults(),
                "vault",
                text,
                vault -> vault.vaultId(),
                vault -> vault.name());
    }

    static <T, I> I find(List<T> all, String what, String text, Function<T, I> id, Function<T, String> name) {
        List<I> byId = all.stream()
                .map(id)
                .filter(each -> each.toString().equals(text))
                .toList();
        List<I> found = !byId.isEmpty()
                ? byId
                : all.stream()
                        .filter(each -> name.apply(each).equals(text))
                        .map(id)
                        .toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new Refusal(
                found.isEmpty()
                        ? "there is no " + what + " '" + text + "' here"
                        : found.size() + " " + what + "s are called '" + text + "': give the id");
    }
}
