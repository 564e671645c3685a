package io.tinysync.server.journal;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which blobs a vault answers for to a device: those that an entry names, and those whose bytes this device has sent. Whether a
 * blob exists anywhere else is nobody's business. Calls block.
 */
public final class HeldBlobs {

    private final Database database;
    private final NamedBlobs named;

    public HeldBlobs(Database database) {
        this.database = database;
        this.named = new NamedBlobs(database);
    }

    private record Held(Sha256 sha256, long size) {}

    /** The size of a blob that is held; empty if it is not. */
    public OptionalLong size(VaultId vaultId, DeviceId deviceId, Sha256 sha256) {
        Long size = sizes(vaultId, deviceId, List.of(sha256)).get(sha256);
        return size == null ? OptionalLong.empty() : OptionalLong.of(size);
    }

    /** The sizes of those blobs that are held. */
    public Map<Sha256, Long> sizes(VaultId vaultId, DeviceId deviceId, Collection<Sha256> wanted) {
        if (wanted.isEmpty()) {
            return Map.of();
        }
        Set<Sha256> distinct = Set.copyOf(wanted);
        Map<Sha256, Long> found = known(vaultId, deviceId, distinct);
        if (found.size() == distinct.size()) {
            return found;
        }
        named.catchUp(vaultId);
        return known(vaultId, deviceId, distinct);
    }

    private Map<Sha256, Long> known(VaultId vaultId, DeviceId deviceId, Set<Sha256> wanted) {
        byte[][] hashes = wanted.stream().map(Sha256::toBytes).toArray(byte[][]::new);
        List<Held> rows = database.run(statements -> statements.list(
                row -> new Held(Sha256.of(row.getBytes(1)), row.getLong(2)),
                """
                SELECT sha256, size FROM named_blobs WHERE vault_id = ? AND sha256 = ANY (?)
                UNION SELECT sha256, size FROM uploads WHERE vault_id = ? AND device_id = ? AND sha256 = ANY (?)""",
                vaultId.value(),
                hashes,
                vaultId.value(),
                deviceId.value(),
                hashes));
        Map<Sha256, Long> sizes = new HashMap<>();
        rows.forEach(row -> sizes.put(row.sha256(), row.size()));
        return sizes;
    }
}
