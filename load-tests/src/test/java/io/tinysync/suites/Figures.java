package io.tinysync.suites;

import io.tinysync.server.ServerMain;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a reader of the figures has to know before them. */
final class Figures {

    private static final Pattern VERSION = Pattern.compile("\"version\":\"([^\"]+)\"");

    private Figures() {}

    /** Lines for people. */
    static List<String> of(Suite suite, Deployment deployment, HttpClient http)
            throws IOException, SQLException, InterruptedException {
        List<String> lines = new ArrayList<>();
        lines.add("suite      " + suite.title() + ", in steps of " + suite.unit());
        lines.add("servers    " + String.join(", ", deployment.urls()) + (deployment.isOwn() ? " (own)" : " (given)")
                + ", " + version(deployment, http));
        lines.add("requests   from Gatling " + jarVersion(io.gatling.app.Gatling.class) + ", Java " + Runtime.version()
                + ", on this machine");
        lines.add("machine    " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " cores, load average " + loadAverage());
        lines.add("postgres   " + postgres(deployment));
        lines.add("polling    "
                + (suite == Suite.WAKE_FAN_OUT
                        ? "none: pages are fetched after wakes only; a device looks for wakes each "
                                + WakeFanOut.LOOK.toMillis() + " ms"
                        : "none: no device asks without a reason of its own"));
        return lines;
    }

    private static String postgres(Deployment deployment) throws IOException, SQLException {
        if (!deployment.isOwn()) {
            return "not seen from here; a server refuses to start on one with fsync or full_page_writes off";
        }
        return deployment.postgresSetting("server_version").orElseThrow() + ", fsync = "
                + deployment.postgresSetting("fsync").orElseThrow() + ", synchronous_commit = "
                + deployment.postgresSetting("synchronous_commit").orElseThrow() + ", full_page_writes = "
                + deployment.postgresSetting("full_page_writes").orElseThrow();
    }

    /** Of own servers, their build's; of given ones, what their description of the API says. */
    private static String version(Deployment deployment, HttpClient http) throws IOException, InterruptedException {
        if (deployment.isOwn()) {
            return "TinySync " + buildVersion();
        }
        HttpRequest get = HttpRequest.newBuilder(URI.create(deployment.urls().getFirst() + "/v1/openapi.json"))
                .timeout(Duration.ofSeconds(30))
                .build();
        Matcher version =
                VERSION.matcher(http.send(get, BodyHandlers.ofString()).body());
        return "API " + (version.find() ? version.group(1) : "of an unknown version");
    }

    private static String buildVersion() throws IOException {
        try (InputStream resource = ServerMain.class.getResourceAsStream("version.txt")) {
            return resource == null
                    ? "of an unknown version"
                    : new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private static String jarVersion(Class<?> type) {
        Matcher jar = Pattern.compile("-(\\d[^/]*)\\.jar$")
                .matcher(
                        type.getProtectionDomain().getCodeSource().getLocation().getPath());
        return jar.find() ? jar.group(1) : "of an unknown version";
    }

    /** Over one, five and fifteen minutes; where the system does not say so, over one. */
    static String loadAverage() {
        try {
            String[] averages = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
            return averages[0] + " " + averages[1] + " " + averages[2];
        } catch (IOException e) {
            return String.format(
                    Locale.ROOT,
                    "%.2f",
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        }
    }
}
