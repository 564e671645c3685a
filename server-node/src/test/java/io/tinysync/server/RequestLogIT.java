package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.tinysync.engine.log.LogField;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the lines of the log say they concern, while many requests are carried out at once on two nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RequestLogIT {

    private static final int REQUESTS = 300;

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.tinysync");
    private final Lines lines = new Lines();
    private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        cluster = TestCluster.start(data, 2);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterAll
    void stop() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(null);
        cluster.close();
    }

    private static Response send(ApiClient client, String method, String path, String requestId) {
        return client.send(client.request(path)
                .header("X-Request-Id", requestId)
                .method(method, java.net.http.HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private List<ILoggingEvent> linesOf(String requestId) {
        return lines.all.stream()
                .filter(line -> requestId.equals(line.getMDCPropertyMap().get(LogField.REQUEST.key())))
                .toList();
    }

    /** Each with its fields as they were when it was logged. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final List<ILoggingEvent> all = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent line) {
            line.prepareForDeferredProcessing();
            all.add(line);
        }
    }

    @Test
    void noLineHasTheNameOfAnotherRequest() throws Exception {
        Device device = cluster.node(0).anyone().register("device");
        List<Future<?>> answers = new ArrayList<>();
        List<UUID> vaults = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < REQUESTS; i++) {
                UUID vault = new UUID(0x7000 | (long) i << 16, 0x8000_0000_0000_0000L | i);
                vaults.add(vault);
                ApiClient node = cluster.node(i % 2).anyone().as(device.api().token());
                String path = "/v1/vaults/" + vault + "/log";
                answers.add(threads.submit(() -> {
                    Response answer = send(node, "GET", path, "request-of-" + vault);
                    assertThat(answer.header("X-Request-Id")).isEqualTo("request-of-" + vault);
                    assertThat(answer.status()).isBetween(400, 499);
                }));
            }
        }
        for (Future<?> answer : answers) {
            answer.get();
        }
        for (UUID vault : vaults) {
            assertThat(linesOf("request-of-" + vault)).singleElement().satisfies(line -> {
                assertThat(line.getFormattedMessage()).contains("GET /v1/vaults/" + vault + "/log is refused");
                assertThat(line.getMDCPropertyMap())
                        .containsEntry(LogField.VAULT.key(), vault.toString())
                        .containsEntry(LogField.DEVICE.key(), device.id().toString());
            });
        }
    }

    @Test
    void aMutationIsLoggedWithItsOpAndTheSameNameOnWhicheverNodeHasTheVault() {
        Device device = cluster.node(0).anyone().register("writer");
        for (int i = 0; i < 6; i++) {
            VaultId vault = cluster.node(0).admin().vaultFor("written " + i, device);
            ApiClient node = cluster.node(i % 2).anyone().as(device.api().token());
            Op op = ApiClient.createFolder("a");
            Response answer = node.mutate(vault, Cursor.START, 1, op).expect(200);

            assertThat(linesOf(answer.header("X-Request-Id")))
                    .filteredOn(line -> line.getMDCPropertyMap().containsKey(LogField.OP.key()))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.getFormattedMessage()).isEqualTo("create_folder: accepted");
                        assertThat(line.getMDCPropertyMap())
                                .containsEntry(LogField.OP.key(), op.opId().toString())
                                .containsEntry(LogField.VAULT.key(), vault.toString())
                                .containsEntry(
                                        LogField.DEVICE.key(), device.id().toString());
                    });
        }
    }

    @Test
    void whatIsLoggedOutsideOfRequestsHasNoneOfTheirNames() {
        Device device = cluster.node(0).anyone().register("another");
        send(device.api(), "GET", "/v1/vaults", "finished");
        long before = linesOf("finished").size();
        cluster.node(0).anyone().get("/v1/vaults").expect(401);

        assertThat(linesOf("finished")).hasSize((int) before);
    }
}
