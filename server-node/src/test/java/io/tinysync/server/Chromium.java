package io.tinysync.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real Chromium without a window, with one tab, used as a person does: by its mouse and keys. Driven by its DevTools protocol. */
final class Chromium implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Path downloads;

    private Chromium(Process process, URI tab, Path downloads) throws Exception {
        this.process = process;
        this.downloads = downloads;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(tab, new Listener())
                .get(30, TimeUnit.SECONDS);
    }

    /** Starts it with a profile of its own in a directory. */
    static Chromium start(Path directory) throws Exception {
        Path downloads = Files.createDirectories(directory.resolve("downloads"));
        Path profile = Files.createDirectories(directory.resolve("profile"));
        Process process;
        try {
            process = new ProcessBuilder(List.of(
                            "chromium",
                            "--headless=new",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--hide-scrollbars",
                            "--remote-debugging-port=0",
                            "--remote-allow-origins=*",
                            "--user-data-dir=" + profile,
                            "about:blank"))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("chromium.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError("this machine lacks chromium; install with: apt-get install chromium", e);
        }
        Path port = profile.resolve("DevToolsActivePort");
        Await.until(
                "Chromium listens",
                () -> Files.exists(port) && !Files.readString(port).isBlank());
        String address = "http://127.0.0.1:" + Files.readAllLines(port).getFirst();
        Chromium browser = new Chromium(process, tab(address), downloads);
        browser.call("Page.enable", Map.of());
        browser.call("DOM.enable", Map.of());
        browser.call("Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", downloads.toString()));
        browser.shows(900, 700);
        return browser;
    }

    private static URI tab(String address) throws Exception {
        JsonNode[] tab = new JsonNode[1];
        Await.until("Chromium has a tab", () -> {
            String list = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address + "/json/list"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            for (JsonNode target : JSON.readTree(list)) {
                tab[0] = target.path("type").asText().equals("page") ? target : tab[0];
            }
            return tab[0] != null;
        });
        return URI.create(tab[0].path("webSocketDebuggerUrl").asText());
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        private void take(String message) {
            try {
                JsonNode answer = JSON.readTree(message);
                CompletableFuture<JsonNode> waiting =
                        answers.remove(answer.path("id").asInt());
                if (waiting != null) {
                    waiting.complete(answer);
                }
            } catch (IOException e) {
                throw new AssertionError(message, e);
            }
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
        int id = number.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        socket.sendText(message.toString(), true).get(30, TimeUnit.SECONDS);
        JsonNode answered = answer.get(60, TimeUnit.SECONDS);
        if (answered.has("error")) {
            throw new AssertionError(method + ": " + answered);
        }
        return answered.path("result");
    }

    void runsScripts(boolean does) throws Exception {
        call("Emulation.setScriptExecutionDisabled", Map.of("value", !does));
    }

    void prefers(String colours) throws Exception {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    }

    void shows(int width, int height) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Asks for an address; what it shows then is another question. */
    void open(String url) throws Exception {
        call("Page.navigate", Map.of("url", url));
    }

    /** What the debugger sees, whether or not the page may run scripts. */
    String evaluate(String expression) throws Exception {
        return call("Runtime.evaluate", Map.of("expression", "String(" + expression + ")"))
                .path("result")
                .path("value")
                .asText();
    }

    String text() throws Exception {
        return evaluate("document.body ? document.body.innerText : ''");
    }

    void awaitText(String part) throws Exception {
        Await.until("the page says " + part, () -> text().contains(part));
    }

    /** By the mouse, in the middle of what a selector finds first. */
    void click(String selector) throws Exception {
        Await.until("there is " + selector, () -> find(selector) > 0);
        Map<String, Integer> node = Map.of("nodeId", find(selector));
        call("DOM.scrollIntoViewIfNeeded", node);
        JsonNode quad = call("DOM.getContentQuads", node).path("quads").path(0);
        double x = (quad.path(0).asDouble() + quad.path(4).asDouble()) / 2;
        double y = (quad.path(1).asDouble() + quad.path(5).asDouble()) / 2;
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call("Input.dispatchMouseEvent", Map.of("type", type, "x", x, "y", y, "button", "left", "clickCount", 1));
        }
    }

    private int find(String selector) throws Exception {
        int document = call("DOM.getDocument", Map.of("depth", 0))
                .path("root")
                .path("nodeId")
                .asInt();
        return call("DOM.querySelector", Map.of("nodeId", document, "selector", selector))
                .path("nodeId")
                .asInt();
    }

    void type(String text) throws Exception {
        call("Input.insertText", Map.of("text", text));
    }

    void screenshot(Path file) throws Exception {
        String image = call("Page.captureScreenshot", Map.of("format", "png"))
                .path("data")
                .asText();
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode(image));
    }

    /** A file that it has saved, once it is whole. */
    Path downloaded(String name) throws Exception {
        Path file = downloads.resolve(name);
        Await.until("the download of " + name, () -> Files.exists(file));
        return file;
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }
}
