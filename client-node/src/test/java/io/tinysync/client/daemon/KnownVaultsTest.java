package io.tinysync.client.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tinysync.client.Refusal;
import io.tinysync.client.http.HttpTimes;
import io.tinysync.client.http.RemoteServer;
import io.tinysync.client.state.ServerUrls;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KnownVaultsTest {

    @TempDir
    private Path directory;

    private HttpServer http;
    private RemoteServer remote;
    private KnownVaults known;
    private volatile List<VaultStatus> vaults = List.of(vault(1, "photos"), vault(2, "twin"), vault(3, "twin"));
    private volatile int status = 200;

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/vaults", this::reply);
        http.start();
        URI uri = URI.create("http://127.0.0.1:" + http.getAddress().getPort());
        remote = new RemoteServer(ServerUrls.of(uri), "t", HttpTimes.DEFAULT);
        known = new KnownVaults(new StateDirectory(directory), remote);
    }

    @AfterEach
    void stop() {
        remote.close();
        http.stop(0);
    }

    private void reply(HttpExchange exchange) throws IOException {
        byte[] body = status == 200 ? Json.write(new Management.VaultList(vaults)) : new byte[0];
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void a_vault_is_found_by_its_id_and_by_its_name() {
        assertThat(known.find("photos")).isEqualTo(vault(1, "photos"));
        assertThat(known.find(vault(3, "").vaultId().toString())).isEqualTo(vault(3, "twin"));
    }

    @Test
    void what_is_kept_of_a_vault_is_its_owners_only() throws Exception {
        VaultStatus vault = known.find("photos");
        Path kept = new StateDirectory(directory).vault(vault.vaultId());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rwx------");
    }

    @Test
    void a_name_that_two_vaults_have_is_refused() {
        assertThatThrownBy(() -> known.find("twin")).isInstanceOf(Refusal.class).hasMessageContaining("2 vaults");
    }

    @Test
    void a_vault_that_was_attached_before_is_found_without_a_server_and_after_access_was_lost() {
        known.find("photos");
        vaults = List.of();
        assertThat(known.find("photos")).isEqualTo(vault(1, "photos"));
        status = 503;
        assertThat(known.find("photos")).isEqualTo(vault(1, "photos"));
        http.stop(0);
        assertThat(known.find("photos")).isEqualTo(vault(1, "photos"));
    }

    @Test
    void an_unknown_vault_is_refused_with_what_the_server_says_of_it() {
        assertThatThrownBy(() -> known.find("x")).hasMessage("there is no vault 'x' that this device reaches");
        status = 503;
        assertThatThrownBy(() -> known.find("x"))
                .hasMessageContaining("never attached here")
                .hasMessageContaining("503");
    }

    private static VaultStatus vault(long number, String name) {
        return new VaultStatus(
                new VaultId(new UUID(0x7000, number)), name, NamePolicy.POSIX, 1, 12, 1, 3, 4, Limits.DEFAULT);
    }
}
