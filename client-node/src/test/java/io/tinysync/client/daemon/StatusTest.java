package io.tinysync.client.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.device.SyncStatus;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class StatusTest {

    private static final VaultStatus VAULT = new VaultStatus(
            new VaultId(new UUID(0x7000, 1)), "photos", NamePolicy.POSIX, 1, 12, 1, 3, 4, Limits.DEFAULT);
    private static final DeviceId DEVICE = new DeviceId(new UUID(0x7000, 2));
    private static final ServerUrls SERVER = ServerUrls.parse("http://127.0.0.1:7420");

    @Test
    void the_json_has_exactly_the_contracts_members() {
        assertThat(new String(Json.write(document(syncing())), StandardCharsets.UTF_8))
                .isEqualTo("""
                        {"device_id":"00000000-0000-7000-0000-000000000002","server":"http://127.0.0.1:7420","vaults":[\
                        {"vault_id":"00000000-0000-7000-0000-000000000001","name":"photos","mountpoint":"/mnt/p",\
                        "state":"syncing","cursor_seq":10,"head_seq":12,"pending_ops":2,"pending_bytes":1500,\
                        "oldest_unsynced_seconds":65,"conflicts":1,"errors":["quota"],"local_only":3,"held":2}]}""");
    }

    @Test
    void a_person_reads_what_is_not_safe_yet() {
        Credentials device = new Credentials(SERVER, DEVICE, "secret", "laptop", null);
        assertThat(StatusText.of(device, document(syncing()))).isEqualTo("""
                laptop at http://127.0.0.1:7420

                photos  /mnt/p  (syncing)
                  log        10 of 12
                  to send    2 changes, 1.5 kB, the oldest 1 min old
                  conflicts  1 ('tinysync conflicts' lists them)
                  only here  3 by their names, such as .DS_Store
                  held       2 recovered after an unclean stop
                  error      quota
                """);
    }

    @Test
    void nothing_pending_has_no_age() {
        SyncStatus idle = new SyncStatus(SyncStatus.State.IDLE, 12, 12, 0, 0, 0, 0, 0, 0, false, List.of());
        assertThat(document(idle).vaults().getFirst().oldestUnsyncedSeconds()).isZero();
        assertThat(StatusText.pending(document(idle).vaults().getFirst())).isEqualTo("nothing");
    }

    @Test
    void sizes_and_ages_are_short() {
        assertThat(StatusText.bytes(999)).isEqualTo("999 bytes");
        assertThat(StatusText.bytes(45_000_000)).isEqualTo("45.0 MB");
        assertThat(StatusText.age(59)).isEqualTo("59 s");
        assertThat(StatusText.age(3600 * 25)).isEqualTo("1 d");
    }

    private static SyncStatus syncing() {
        return new SyncStatus(SyncStatus.State.SYNCING, 10, 12, 2, 1500, 35_000, 1, 3, 2, false, List.of("quota"));
    }

    private static StatusDocument document(SyncStatus status) {
        return new StatusDocument(
                DEVICE, SERVER, List.of(StatusDocument.Vault.of(VAULT, Path.of("/mnt/p"), status, 100_000)));
    }
}
