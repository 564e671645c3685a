package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A device that asks too often is asked to come again; nobody else is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RequestRateIT {

    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data, TestPostgres.newDatabase(), Map.of("requests-per-second", 1));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Response untilRefused(Device device) {
        Response answer = device.api().get("/v1/vaults");
        for (int i = 0; answer.status() == 200 && i < 1000; i++) {
            answer = device.api().get("/v1/vaults");
        }
        return answer;
    }

    @Test
    void who_asks_too_often_hears_when_to_come_again_and_then_may() throws Exception {
        Device device = server.anyone().register("busy");
        Response refused = untilRefused(device);
        assertThat(refused.code()).isEqualTo("too_many_requests");
        assertThat(refused.header("Retry-After")).isEqualTo("1");

        server.anyone().register("other").api().get("/v1/vaults").expect(200);
        server.admin().get("/v1/vaults").expect(200);
        Await.until(
                "the device may ask again", () -> device.api().get("/v1/vaults").status() == 200);
    }

    @Test
    void the_limit_is_among_the_vaults_limits() {
        Device device = server.anyone().register("asks");
        server.admin().vaultFor("limited", device);
        assertThat(device.api()
                        .get("/v1/vaults")
                        .json()
                        .at("/vaults/0/limits/requests_per_second")
                        .asInt())
                .isEqualTo(1);
    }
}
