package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that shows the API, in a real browser. Pictures of it are left in {@code target/pages}, to be looked at. */
@Tag("long")
final class ApiPageIT {

    private static final Path PICTURES = Path.of("target", "pages");

    private TestServer server;
    private Chromium browser;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = TestServer.start(directory.resolve("server"));
        browser = Chromium.start(directory.resolve("browser"));
    }

    @AfterEach
    void stop() throws Exception {
        browser.close();
        server.close();
    }

    /** Swagger UI works under a policy that allows it nothing from elsewhere and nothing inline; a person reads an operation. */
    @Test
    void aPersonReadsTheApi() throws Exception {
        browser.open(server.url() + "/v1/docs");
        browser.awaitText("A cloud-authoritative file sync server.");
        browser.awaitText("/v1/vaults/{vault_id}/mutations");
        assertThat(browser.evaluate("document.querySelectorAll('.opblock').length"))
                .isEqualTo(String.valueOf(
                        OpenApiDocument.ofClassPath().operations().size()));
        browser.screenshot(PICTURES.resolve("api.png"));

        browser.click("#operations-vaults-mutate button");
        browser.awaitText("Evaluates ops in order");
        browser.awaitText("application/vnd.tinysync.mutations");
        browser.screenshot(PICTURES.resolve("api-operation.png"));
        assertThat(
                        browser.evaluate(
                                "document.querySelectorAll('.auth-wrapper button, .try-out').length + ' of ' "
                                        + "+ [...document.querySelectorAll('.auth-wrapper button, .try-out')].filter(e => e.offsetParent).length"))
                .endsWith("of 0");
        assertThat(browser.evaluate("performance.getEntriesByType('resource').map(r => new URL(r.name).origin)"
                        + ".filter(o => o !== location.origin && o !== 'null').join()"))
                .isEmpty();
    }
}
