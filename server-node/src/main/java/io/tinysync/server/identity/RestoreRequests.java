package io.tinysync.server.identity;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import java.util.List;
import java.util.UUID;

/**
 * From where devices ask for restores. The entry of the audit itself is written by a trigger in the transaction in which the journal takes the
 * restore; the address is not in the journal, and waits here for it. Calls block.
 */
public final class RestoreRequests {

    private final Database database;

    public RestoreRequests(Database database) {
        this.database = database;
    }

    /** Notes the restores among the ops of a request, before it is carried out. Again with an op that was asked for before: the address is this one. */
    public void note(VaultId vault, DeviceId device, String address, List<Op> ops) {
        UUID[] restores = ops.stream()
                .filter(Op.Restore.class::isInstance)
                .map(Op::opId)
                .map(OpId::value)
                .distinct()
                .toArray(UUID[]::new);
        if (restores.length > 0) {
            database.run(statements -> statements.update("""
                    INSERT INTO restore_requests (vault_id, device_id, op_id, address)
                    SELECT ?, ?, op_id, ? FROM unnest(?) AS given (op_id) ORDER BY op_id
                    ON CONFLICT (vault_id, device_id, op_id) DO UPDATE SET address = EXCLUDED.address, asked_at = now()""", vault.value(), device.value(), address, restores));
        }
    }

    /** Deletes what no request waits for any more. */
    public void forgetOld() {
        var _ = database.run(statements ->
                statements.update("DELETE FROM restore_requests WHERE asked_at < now() - interval '1 day'"));
    }
}
