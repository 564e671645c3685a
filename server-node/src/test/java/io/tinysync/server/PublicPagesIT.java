package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.server.SharingVault.Link;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of public links in a real browser. Pictures of them are left in {@code target/pages}, to be looked at. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublicPagesIT {

    private static final Path PICTURES = Path.of("target", "pages");

    private TestServer server;
    private SharingVault vault;
    private Chromium browser;
    private HttpServer beacon;
    private final AtomicInteger ran = new AtomicInteger();
    private volatile byte[] served = {};

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = TestServer.start(directory.resolve("server"));
        vault = new SharingVault(server, "shared");
        browser = Chromium.start(directory.resolve("browser"));
        beacon = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        beacon.createContext("/ran", exchange -> {
            ran.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        beacon.createContext("/page", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, served.length);
            exchange.getResponseBody().write(served);
            exchange.close();
        });
        beacon.start();
    }

    @AfterAll
    void stop() throws Exception {
        browser.close();
        beacon.stop(0);
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_person_goes_through_folders_and_downloads_with_scripts_and_without(boolean scripts) throws Exception {
        browser.runsScripts(scripts);
        String name = scripts ? "With scripts" : "Summer in the mountains";
        ItemId top = vault.folder(ItemId.ROOT, name);
        ItemId sub = vault.folder(top, "Day 1 – Übergang");
        vault.folder(top, "Day 2");
        vault.file(top, "Route.pdf", "r".repeat(1_340_000));
        vault.file(top, "notes " + scripts + ".txt", "from the top");
        vault.file(
                top,
                "a very long name that says everything there is to say about what is in this file and more.jpeg",
                "j");
        vault.file(sub, "hut " + scripts + ".txt", "from below");
        Link link = vault.link(top, Instant.parse("2090-05-01T12:00:00Z"), null, null);

        browser.open(server.url() + link.path());
        browser.awaitText(name);
        browser.screenshot(PICTURES.resolve("folder-light-" + scripts + ".png"));
        browser.click("a[href*='Day%201']");
        browser.awaitText("hut " + scripts + ".txt");
        browser.screenshot(PICTURES.resolve("below-" + scripts + ".png"));
        browser.click("a[href*='/d/']");
        assertThat(browser.downloaded("hut " + scripts + ".txt")).hasContent("from below");
        browser.click("h1 a");
        browser.awaitText("Route.pdf");
        browser.click("a.button");
        try (ZipFile zip = new ZipFile(browser.downloaded(name + ".zip").toFile(), StandardCharsets.UTF_8)) {
            assertThat(zip.size()).isEqualTo(7);
        }
        browser.prefers("dark");
        browser.screenshot(PICTURES.resolve("folder-dark-" + scripts + ".png"));
        browser.shows(390, 700);
        browser.screenshot(PICTURES.resolve("folder-narrow-" + scripts + ".png"));
        browser.shows(900, 700);
        browser.prefers("light");
        browser.runsScripts(true);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_person_types_the_password_and_downloads_the_file(boolean scripts) throws Exception {
        browser.runsScripts(scripts);
        Link link = vault.link(
                vault.file(ItemId.ROOT, "Contract " + scripts + ".pdf", "signed"),
                Instant.parse("2090-05-01T12:00:00Z"),
                "open sesame",
                1);

        browser.open(server.url() + link.path());
        browser.awaitText("password");
        browser.screenshot(PICTURES.resolve("password.png"));
        browser.click("#password");
        browser.type("open barley");
        browser.click("button");
        browser.awaitText("That is not the password.");
        browser.screenshot(PICTURES.resolve("password-wrong.png"));
        browser.click("#password");
        browser.type("open sesame");
        browser.click("button");
        browser.awaitText("Contract " + scripts + ".pdf");
        browser.screenshot(PICTURES.resolve("file-light.png"));
        browser.prefers("dark");
        browser.screenshot(PICTURES.resolve("file-dark.png"));
        browser.prefers("light");
        browser.click("a.button");
        assertThat(browser.downloaded("Contract " + scripts + ".pdf")).hasContent("signed");
        browser.open(server.url() + link.path());
        browser.awaitText("There is nothing here");
        browser.screenshot(PICTURES.resolve("gone.png"));
        browser.runsScripts(true);
    }

    /** The same file runs where it is served as a page: so it would be noticed. */
    @Test
    void a_stored_page_does_not_run() throws Exception {
        String html = "<title>it ran</title><script>fetch('http://127.0.0.1:"
                + beacon.getAddress().getPort() + "/ran', {mode: 'no-cors'})</script>";
        served = html.getBytes(StandardCharsets.UTF_8);
        browser.open("http://127.0.0.1:" + beacon.getAddress().getPort() + "/page");
        Await.until("the page runs elsewhere", () -> ran.get() == 1);
        ItemId top = vault.folder(ItemId.ROOT, "pages");
        vault.file(top, "page.html", html);
        vault.file(top, "<img src=x onerror=document.title='ran'>.svg", html);
        Link link = vault.link(top);

        browser.open(server.url() + link.path());
        browser.awaitText("page.html");
        browser.click("a[href$='page.html']");
        assertThat(Files.readString(browser.downloaded("page.html"))).isEqualTo(html);
        browser.open(server.url() + link.path() + "/d/page.html");
        browser.awaitText("page.html");

        assertThat(browser.evaluate("document.title")).isEqualTo("pages");
        assertThat(browser.evaluate("document.images.length")).isEqualTo("0");
        assertThat(ran).hasValue(1);
    }
}
