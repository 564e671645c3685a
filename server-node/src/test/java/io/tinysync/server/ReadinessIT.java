package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.blob.FaultyProxy;
import io.tinysync.engine.blob.S3Server;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.postgres.DatabaseAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /ready} says of a whole server, part by part of what it needs. */
final class ReadinessIT {

    @TempDir
    private Path data;

    @Test
    void aServerThatCanServeSaysOfEachPartThatItIsWell() throws Exception {
        try (TestServer server = TestServer.start(data)) {
            assertThat(server.anyone().get("/ready").expect(200).text())
                    .isEqualTo("ready; member: ok; shards: ok; journal: ok; blobs: ok\n");
        }
    }

    @Test
    void withoutItsDatabaseItIsNotReadyAndIsAliveAllTheSame() throws Exception {
        DatabaseAddress direct = TestPostgres.newDatabase();
        int port = URI.create(direct.url()).getPort();
        try (FaultyLink link = new FaultyLink(port);
                TestServer server = TestServer.start(
                        data,
                        DatabaseAddress.parse(direct.url().replace(":" + port + "/", ":" + link.port() + "/")),
                        Map.of())) {
            link.cut();
            awaitFault(server, "journal");
            assertThat(link.hits()).isPositive();
            link.mend();
            awaitReady(server);

            link.stall();
            awaitFault(server, "journal");
            assertThat(link.hits()).isPositive();
            assertThat(server.anyone().get("/alive").expect(200).text()).isEqualTo("alive\n");
            link.mend();
            awaitReady(server);
        }
    }

    @Test
    void withoutTheDirectoryOfItsBlobsItIsNotReady() throws Exception {
        try (TestServer server = TestServer.start(data)) {
            Path away = data.resolve("blobs-away");
            Files.move(data.resolve("blobs"), away);
            awaitFault(server, "blobs");

            Files.move(away, data.resolve("blobs"));
            awaitReady(server);
        }
    }

    @Test
    void withoutItsBucketItIsNotReady() throws Exception {
        try (S3Server s3 = S3Server.start(data.resolve("s3"));
                FaultyProxy proxy = FaultyProxy.to(s3.port());
                TestServer server = TestServer.start(
                        data.resolve("server"),
                        TestPostgres.newDatabase(),
                        Map.of(
                                "blob-store",
                                "s3://" + S3Server.BUCKET,
                                "s3.endpoint",
                                "http://127.0.0.1:" + proxy.port(),
                                "s3.access-key",
                                S3Server.ACCESS_KEY,
                                "s3.secret-key",
                                S3Server.SECRET_KEY))) {
            awaitReady(server);
            proxy.down(true);
            awaitFault(server, "blobs");

            proxy.down(false);
            awaitReady(server);
        }
    }

    /** It is ready once, from its start to its end, and a write goes through as soon as it says so. */
    @Test
    void whileItStartsAndWhileItStopsItIsNotReady() throws Exception {
        int port = freePort();
        Asking asking = new Asking(URI.create("http://127.0.0.1:" + port + "/ready"));
        Thread asker = Thread.ofVirtual().start(asking);
        try (TestServer server =
                TestServer.start(data, TestPostgres.newDatabase(), Map.of("listen", "127.0.0.1:" + port))) {
            Await.until("it is ready", () -> asking.seen().endsWith("r"));
            server.anyone().register("device");
        }
        Await.until("it is not ready", () -> asking.seen().endsWith("n"));
        asker.interrupt();
        asker.join();

        assertThat(asking.seen()).isEqualTo("nrn");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Asks whether a server is ready, again and again, until it is interrupted. */
    private static final class Asking implements Runnable {

        private final HttpRequest request;
        private volatile String seen = "";

        Asking(URI ready) {
            this.request = HttpRequest.newBuilder(ready).build();
        }

        /** A letter for each change: r for ready, n for not ready or not there. */
        String seen() {
            return seen;
        }

        @Override
        public void run() {
            String all = "";
            try (HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                while (!Thread.currentThread().isInterrupted()) {
                    String now = isReady(http) ? "r" : "n";
                    all += all.endsWith(now) ? "" : now;
                    seen = all;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean isReady(HttpClient http) throws InterruptedException {
            try {
                return http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException e) {
                return false;
            }
        }
    }

    private static void awaitReady(TestServer server) throws Exception {
        Await.until("it is ready", () -> server.anyone().get("/ready").status() == 200);
    }

    /** Until this probe alone finds a fault. */
    private static void awaitFault(TestServer server, String probe) throws Exception {
        Await.until(probe + " is at fault", () -> server.anyone().get("/ready").status() == 503);
        Response answer = server.anyone().get("/ready").expect(503);
        assertThat(answer.code()).isEqualTo("unavailable");
        assertThat(answer.header("Retry-After")).isNotEmpty();
        for (String each : new String[] {"member", "shards", "journal", "blobs"}) {
            assertThat(answer.json().path("detail").asText().contains(each + ": ok"))
                    .as(answer.text())
                    .isEqualTo(!each.equals(probe));
        }
    }
}
