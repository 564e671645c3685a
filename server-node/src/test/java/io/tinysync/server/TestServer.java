package io.tinysync.server;

import com.typesafe.config.ConfigFactory;
import io.tinysync.engine.tls.TrustedCertificates;
import io.tinysync.server.postgres.DatabaseAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A whole server within the test's JVM, on a database of its own in the tests' PostgreSQL. */
final class TestServer implements AutoCloseable {

    static final String ADMIN_TOKEN = "the-admin-token-of-the-tests";

    private final Server server;
    private final HttpClient http;

    private TestServer(Server server, HttpClient http) {
        this.server = server;
        this.http = http;
    }

    static TestServer start(Path data) throws Exception {
        return start(data, TestPostgres.newDatabase(), Map.of());
    }

    /** @param more settings under {@code tinysync.server} */
    static TestServer start(Path data, DatabaseAddress database, Map<String, Object> more) throws Exception {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "listen",
                "127.0.0.1:0",
                "data",
                data.toString(),
                "database-url",
                database.url(),
                "admin-token",
                ADMIN_TOKEN));
        settings.putAll(more);
        Map<String, Object> paths = new HashMap<>();
        settings.forEach((key, value) -> paths.put("tinysync.server." + key, value));
        Server server = Server.start(ServerSettings.read(
                ConfigFactory.parseMap(paths)
                        .withFallback(ConfigFactory.parseResources("tinysync-server.conf"))
                        .withFallback(ConfigFactory.defaultReferenceUnresolved())
                        .resolve(),
                Map.of(),
                false));
        return new TestServer(server, ApiClient.HTTP);
    }

    /** The same server for callers who trust it by these certificates. */
    TestServer trustedBy(TrustedCertificates certificates) {
        HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        certificates.applyTo(client);
        return new TestServer(server, client.build());
    }

    ApiClient anyone() {
        return new ApiClient(http, server.url(), "");
    }

    ApiClient admin() {
        return new ApiClient(http, server.url(), ADMIN_TOKEN);
    }

    /**
     * What the server counts.
     *
     * @param sample a metric's name, with its labels if it has any; 0 if nothing was counted yet
     */
    double metric(String sample) {
        return admin().get("/metrics")
                .expect(200)
                .text()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .sum();
    }

    String url() {
        return server.url();
    }

    /** Why the server cannot go on, once it cannot. */
    CompletableFuture<String> failure() {
        return CompletableFuture.supplyAsync(server::awaitFailure, Thread.ofVirtual()::start);
    }

    @Override
    public void close() {
        server.close();
    }
}
