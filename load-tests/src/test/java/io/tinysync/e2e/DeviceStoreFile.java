package io.tinysync.e2e;

import io.tinysync.engine.protocol.OpId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A device's store as its file has it, read beside the daemon that owns it. */
final class DeviceStoreFile {

    private DeviceStoreFile() {}

    /** The ids of the pending ops, in their order. */
    static List<OpId> pendingOps(DeviceProcess device, Vault vault) throws SQLException {
        List<OpId> ids = new ArrayList<>();
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + file(device, vault));
                Statement query = store.createStatement();
                ResultSet rows = query.executeQuery("SELECT op_id FROM pending ORDER BY position")) {
            while (rows.next()) {
                ByteBuffer id = ByteBuffer.wrap(rows.getBytes(1));
                ids.add(new OpId(new UUID(id.getLong(), id.getLong())));
            }
        }
        return ids;
    }

    /** The number of its last mutations request. */
    static long requestNo(DeviceProcess device, Vault vault) throws SQLException {
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + file(device, vault));
                Statement query = store.createStatement();
                ResultSet row = query.executeQuery("SELECT request_no FROM device_state")) {
            return row.getLong(1);
        }
    }

    private static Path file(DeviceProcess device, Vault vault) {
        return device.state().resolve("vaults").resolve(vault.vaultId()).resolve("store.sqlite");
    }
}
