package io.tinysync.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.StateDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

final class ManagementCommandsTest {

    private static final String DEVICE = "0192d3a4-0000-7000-8000-000000000001";

    @TempDir
    private Path directory;

    private HttpServer server;
    private String url;
    private volatile int status = 201;
    private volatile String answer = "";
    private volatile String asked = "";
    private volatile String authorization = "none";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        url = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/", this::reply);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void reply(HttpExchange exchange) throws IOException {
        asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        authorization = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("none");
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void register_keeps_the_token_where_only_its_owner_reads_it_and_never_shows_it() throws Exception {
        answer = "{\"device_id\":\"" + DEVICE + "\",\"token\":\"tsdev_secret\"}";
        CliRun run = register("--json");
        assertThat(run)
                .isEqualTo(new CliRun(
                        0, "{\"device_id\":\"" + DEVICE + "\",\"name\":\"laptop\",\"server\":\"" + url + "\"}\n", ""));
        assertThat(asked).isEqualTo("POST /v1/devices {\"display_name\":\"laptop\"}");
        Path file = directory.resolve("device.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Credentials.load(new StateDirectory(directory)).orElseThrow().token())
                .isEqualTo("tsdev_secret");
    }

    @Test
    void a_registered_directory_is_not_registered_again_unless_told_to() {
        answer = "{\"device_id\":\"" + DEVICE + "\",\"token\":\"tsdev_secret\"}";
        assertThat(register("--json").exitCode()).isZero();
        asked = "";
        CliRun again = register("--json");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("already device " + DEVICE);
        assertThat(asked).isEmpty();
        assertThat(register("--replace").exitCode()).isZero();
    }

    @Test
    void pair_prints_a_code_and_the_command_that_takes_it() {
        answer = "{\"device_id\":\"" + DEVICE + "\",\"token\":\"tsdev_secret\"}";
        assertThat(register("--json").exitCode()).isZero();
        answer = "{\"code\":\"7K3QD-0VM9X\",\"expires_at\":\"2026-03-01T12:10:00Z\"}";

        CliRun run = CliRun.of("pair", "--state", directory.toString());

        assertThat(asked).isEqualTo("POST /v1/pairings {}");
        assertThat(authorization).isEqualTo("Bearer tsdev_secret");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("7K3QD-0VM9X\n")
                .contains("2026-03-01T12:10:00Z", "tinysync register --server " + url + " --pair 7K3QD-0VM9X");
        assertThat(CliRun.of("pair", "--json", "--state", directory.toString()).out())
                .isEqualTo(answer + "\n");
    }

    @Test
    void register_takes_the_code_as_it_was_typed_and_needs_no_other_permission() {
        answer = "{\"device_id\":\"" + DEVICE + "\",\"token\":\"tsdev_secret\"}";

        assertThat(register("--pair=7k3qd ovm9x").exitCode()).isZero();

        assertThat(asked).isEqualTo("POST /v1/devices {\"display_name\":\"laptop\",\"pairing_code\":\"7K3QD-0VM9X\"}");
        assertThat(authorization).isEqualTo("none");
    }

    @Test
    void what_is_no_code_is_refused_before_the_server_is_asked() {
        CliRun run = register("--pair=7K3QD-0VM9");

        assertThat(run).isEqualTo(new CliRun(1, "", "tinysync: a pairing code has 10 letters and digits\n"));
        assertThat(asked).isEmpty();
    }

    @Test
    void a_problem_document_becomes_its_code_and_detail_on_one_line() {
        status = 403;
        answer = "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"code\":\"forbidden\","
                + "\"detail\":\"registration needs the admin token\"}";
        assertThat(register("--json"))
                .isEqualTo(new CliRun(1, "", "tinysync: forbidden: registration needs the admin token\n"));
        assertThat(directory.resolve("device.json")).doesNotExist();
    }

    @Test
    void an_answer_that_is_no_tiny_sync_servers_is_named_as_such() {
        status = 502;
        answer = "<html>bad gateway</html>";
        CliRun run = register("--json");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("status 502").hasLineCount(1);
        status = 200;
        assertThat(register("--json").err()).contains("is not understood").hasLineCount(1);
    }

    @Test
    void no_server_is_a_line() {
        server.stop(0);
        assertThat(register("--json").err()).isEqualTo("tinysync: no server answers at " + url + "\n");
    }

    @Test
    @DisabledIfEnvironmentVariable(named = "TINYSYNC_ADMIN_TOKEN", matches = ".+")
    void management_without_a_token_is_a_line() {
        CliRun run = CliRun.of("admin", "vault", "list", "--server", url);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("TINYSYNC_ADMIN_TOKEN is not set").hasLineCount(1);
    }

    @Test
    void the_admin_token_may_be_in_a_file() throws Exception {
        status = 200;
        answer = "{\"vaults\":[]}";
        Path file = Files.writeString(directory.resolve("token"), "the-admin-token\n");
        assertThat(vaults(file).exitCode()).isZero();
        assertThat(authorization).isEqualTo("Bearer the-admin-token");

        Files.writeString(file, "\n");
        assertThat(vaults(file).err()).isEqualTo("tinysync: --admin-token-file: there is no token in " + file + "\n");
        Files.delete(file);
        assertThat(vaults(file).err())
                .startsWith("tinysync: --admin-token-file: cannot read " + file)
                .hasLineCount(1);
    }

    private CliRun vaults(Path token) {
        return CliRun.of("admin", "vault", "list", "--server", url, "--admin-token-file", token.toString());
    }

    private CliRun register(String option) {
        return CliRun.of(
                "register", "--server", url + "/", "--name", "laptop", "--state", directory.toString(), option);
    }
}
