package io.tinysync.server.identity;

import io.tinysync.engine.protocol.AuditAction;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.GroupId;
import io.tinysync.engine.protocol.Management.GroupStatus;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Groups of devices, and the vaults granted to them. Calls block. */
public final class Groups {

    private static final String STATUS = """
            SELECT group_id, name,
                ARRAY(SELECT device_id FROM group_devices WHERE group_devices.group_id = g.group_id ORDER BY 1),
                ARRAY(SELECT vault_id FROM group_vaults WHERE group_vaults.group_id = g.group_id ORDER BY 1)
            FROM device_groups g""";

    private final Database database;

    public Groups(Database database) {
        this.database = database;
    }

    /** Empty if a group has this name already. */
    public Optional<GroupStatus> create(String name, Origin origin) {
        GroupId id = new GroupId(Uuid7.next());
        boolean added = Audit.change(
                database,
                origin,
                AuditEvent.of(AuditAction.GROUP_CREATED).to(id).named(name),
                "INSERT INTO device_groups (group_id, name) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                id.value(),
                name);
        return added ? Optional.of(new GroupStatus(id, name, List.of(), List.of())) : Optional.empty();
    }

    public List<GroupStatus> list() {
        return database.run(statements -> statements.list(Groups::status, STATUS + " ORDER BY group_id"));
    }

    public Optional<GroupStatus> find(GroupId id) {
        return database.run(statements -> statements.first(Groups::status, STATUS + " WHERE group_id = ?", id.value()));
    }

    /** Takes the group and its grants away; false if there was none. */
    public boolean delete(GroupId id, Origin origin) {
        AuditEvent event = AuditEvent.of(AuditAction.GROUP_DELETED).to(id);
        return Audit.change(database, origin, event, "DELETE FROM device_groups WHERE group_id = ?", id.value());
    }

    /** False if there is no such group or device. Again changes nothing. */
    public boolean addDevice(GroupId group, DeviceId device, Origin origin) {
        return related(
                origin,
                AuditEvent.of(AuditAction.DEVICE_ADDED_TO_GROUP).to(group).to(device),
                "INSERT INTO group_devices (group_id, device_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                group.value(),
                device.value());
    }

    /** False if the device was not in the group. */
    public boolean removeDevice(GroupId group, DeviceId device, Origin origin) {
        return Audit.change(
                database,
                origin,
                AuditEvent.of(AuditAction.DEVICE_REMOVED_FROM_GROUP).to(group).to(device),
                "DELETE FROM group_devices WHERE group_id = ? AND device_id = ?",
                group.value(),
                device.value());
    }

    /** Grants the vault to every device of the group; false if there is no such group or vault. Again changes nothing. */
    public boolean addVault(GroupId group, VaultId vault, Origin origin) {
        return related(
                origin,
                AuditEvent.of(AuditAction.VAULT_GRANTED_TO_GROUP).to(group).to(vault),
                "INSERT INTO group_vaults (group_id, vault_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                group.value(),
                vault.value());
    }

    /** False if the vault was not granted to the group. */
    public boolean removeVault(GroupId group, VaultId vault, Origin origin) {
        return Audit.change(
                database,
                origin,
                AuditEvent.of(AuditAction.VAULT_WITHDRAWN_FROM_GROUP).to(group).to(vault),
                "DELETE FROM group_vaults WHERE group_id = ? AND vault_id = ?",
                group.value(),
                vault.value());
    }

    private boolean related(Origin origin, AuditEvent event, String sql, UUID... ids) {
        try {
            Audit.change(database, origin, event, sql, (Object[]) ids);
            return true;
        } catch (DatabaseException e) {
            if (e.isDangling()) {
                return false;
            }
            throw e;
        }
    }

    private static GroupStatus status(ResultSet row) throws SQLException {
        return new GroupStatus(
                new GroupId(row.getObject(1, UUID.class)),
                row.getString(2),
                ids(row.getArray(3), DeviceId::new),
                ids(row.getArray(4), VaultId::new));
    }

    private static <T> List<T> ids(Array array, Function<UUID, T> wrap) throws SQLException {
        return Arrays.stream((UUID[]) array.getArray()).map(wrap).toList();
    }
}
