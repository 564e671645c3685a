package io.tinysync.server.journal;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.RequestNumbers;
import io.tinysync.server.postgres.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** Request numbers in PostgreSQL. */
public final class PostgresRequestNumbers implements RequestNumbers {

    private final Database database;
    private final Executor threads;

    /** @param threads for blocking statements */
    public PostgresRequestNumbers(Database database, Executor threads) {
        this.database = database;
        this.threads = threads;
    }

    private record Row(DeviceId deviceId, long requestNo) {}

    @Override
    public CompletionStage<Map<DeviceId, Long>> load(VaultId vaultId) {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<Row> rows = database.run(statements -> statements.list(
                            row -> new Row(new DeviceId(row.getObject(1, UUID.class)), row.getLong(2)),
                            "SELECT device_id, request_no FROM request_numbers WHERE vault_id = ?",
                            vaultId.value()));
                    return rows.stream().collect(Collectors.toMap(Row::deviceId, Row::requestNo));
                },
                threads);
    }

    @Override
    public CompletionStage<Boolean> record(VaultId vaultId, Map<DeviceId, Long> requestNumbers, long expectedHeadSeq) {
        List<UUID> devices = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        requestNumbers.forEach((device, number) -> {
            devices.add(device.value());
            numbers.add(number);
        });
        return CompletableFuture.supplyAsync(
                () -> database.<Integer>run(statements -> statements.update(
                                """
                                INSERT INTO request_numbers (vault_id, device_id, request_no)
                                SELECT ?, device_id, request_no FROM unnest(?, ?) AS given (device_id, request_no)
                                WHERE ? = (SELECT coalesce(max(sequence_number), 0) FROM event_journal
                                           WHERE persistence_id = ?)
                                ON CONFLICT (vault_id, device_id) DO UPDATE
                                SET request_no = greatest(request_numbers.request_no, excluded.request_no)""",
                                vaultId.value(),
                                devices.toArray(UUID[]::new),
                                numbers.toArray(Long[]::new),
                                expectedHeadSeq,
                                PostgresJournal.key(vaultId)))
                        == devices.size(),
                threads);
    }
}
