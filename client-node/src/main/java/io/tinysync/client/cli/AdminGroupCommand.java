package io.tinysync.client.cli;

import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.Management.GroupStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tinysync admin group …}: who reaches which vaults. Groups, devices and vaults are given by id or name. */
@Command(
        name = "group",
        description = "Makes and lists groups, and says which devices are in them and which vaults they reach.")
final class AdminGroupCommand extends CommandGroup {

    /** What {@code --json} prints where the server's answer has no body. */
    private record Done(String group, String member) {}

    @Command(name = "create", description = "Makes a group.")
    void create(
            @Mixin AdminOptions options,
            @Parameters(paramLabel = "NAME", description = "What people call it.") String name) {
        GroupStatus group = options.calls()
                .post("/v1/groups", Checked.value(() -> new Management.CreateGroup(name)), GroupStatus.class);
        options.print(group, "made group " + group.name() + " as " + group.groupId());
    }

    @Command(name = "list", description = "Lists the groups.")
    void list(@Mixin AdminOptions options) {
        Management.GroupList list = options.calls().get("/v1/groups", Management.GroupList.class);
        Table table = new Table("GROUP", "NAME", "DEVICES", "VAULTS");
        for (GroupStatus group : list.groups()) {
            table.row(
                    group.groupId(),
                    group.name(),
                    group.devices().size(),
                    group.vaults().size());
        }
        options.print(list, table.toString());
    }

    @Command(name = "add-device", description = "Puts a device into a group.")
    void addDevice(
            @Mixin AdminOptions options,
            @Parameters(paramLabel = "GROUP") String group,
            @Parameters(paramLabel = "DEVICE") String device) {
        ServerCalls calls = options.calls();
        calls.put(devicePath(calls, group, device));
        options.print(new Done(group, device), device + " is in group " + group);
    }

    @Command(name = "remove-device", description = "Takes a device out of a group.")
    void removeDevice(
            @Mixin AdminOptions options,
            @Parameters(paramLabel = "GROUP") String group,
            @Parameters(paramLabel = "DEVICE") String device) {
        ServerCalls calls = options.calls();
        calls.delete(devicePath(calls, group, device));
        options.print(new Done(group, device), device + " is not in group " + group);
    }

    @Command(name = "add-vault", description = "Lets a group's devices reach a vault.")
    void addVault(
            @Mixin AdminOptions options,
            @Parameters(paramLabel = "GROUP") String group,
            @Parameters(paramLabel = "VAULT") String vault) {
        ServerCalls calls = options.calls();
        calls.put(vaultPath(calls, group, vault));
        options.print(new Done(group, vault), "group " + group + " reaches vault " + vault);
    }

    @Command(name = "remove-vault", description = "Ends a group's access to a vault.")
    void removeVault(
            @Mixin AdminOptions options,
            @Parameters(paramLabel = "GROUP") String group,
            @Parameters(paramLabel = "VAULT") String vault) {
        ServerCalls calls = options.calls();
        calls.delete(vaultPath(calls, group, vault));
        options.print(new Done(group, vault), "group " + group + " does not reach vault " + vault);
    }

    private static String devicePath(ServerCalls calls, String group, String device) {
        return "/v1/groups/" + Named.group(calls, group) + "/devices/" + Named.device(calls, device);
    }

    private static String vaultPath(ServerCalls calls, String group, String vault) {
        return "/v1/groups/" + Named.group(calls, group) + "/vaults/" + Named.vault(calls, vault);
    }
}
