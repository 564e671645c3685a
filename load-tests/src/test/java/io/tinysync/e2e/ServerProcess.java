package io.tinysync.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tinysync.engine.tls.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in its own process, with embedded PostgreSQL below its data directory; keeps its port over restarts. */
public final class ServerProcess implements AutoCloseable {

    public static final String ADMIN_TOKEN = "e2e-admin-token-0123456789abcdef";

    private static final Pattern READY = Pattern.compile("ready (https?://\\S+)");
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration COMMAND = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final Optional<TestAuthority> authority;
    private Path data;
    private final Path log;
    private final Account account;
    private String url = "";
    private String listen = "127.0.0.1:0";
    private Program program;

    public ServerProcess(Path directory, Account account) throws IOException {
        this(directory, account, Optional.empty());
    }

    private ServerProcess(Path directory, Account account, Optional<TestAuthority> authority) throws IOException {
        this.data = directory.resolve("server");
        this.log = directory.resolve("server.log");
        this.account = account.with("TINYSYNC_ADMIN_TOKEN", ADMIN_TOKEN);
        this.authority = authority;
        this.http = client();
        this.program = launch();
    }

    /** With TLS, by a certificate of an authority that nobody trusts without being told to. */
    public static ServerProcess encrypted(Path directory, Account account) throws IOException {
        TestAuthority authority = TestAuthority.create(directory.resolve("authority"));
        TestAuthority.Issued own = authority.issue("server", "IP:127.0.0.1", TestAuthority.Kind.EC);
        Account withCertificate = account.with(
                        "TINYSYNC_TLS_CERTIFICATE", own.certificate().toString())
                .with("TINYSYNC_TLS_KEY", own.key().toString())
                .with("TINYSYNC_CA", authority.file().toString());
        return new ServerProcess(directory, withCertificate, Optional.of(authority));
    }

    private HttpClient client() throws IOException {
        HttpClient.Builder client = HttpClient.newBuilder();
        if (authority.isPresent()) {
            authority.get().trusted().applyTo(client);
        }
        return client.build();
    }

    /** What a device has to say at its registration to trust this server. */
    public String[] trust() {
        return authority
                .map(each -> new String[] {"--ca", each.file().toString()})
                .orElse(new String[0]);
    }

    private Program launch(String... options) throws IOException {
        int before = Files.exists(log) ? Files.readString(log).length() : 0;
        List<String> arguments = new ArrayList<>(List.of("server", "--listen", listen, "--data", data.toString()));
        arguments.addAll(List.of(options));
        List<String> command = account.tinysync(arguments.toArray(String[]::new));
        Program started = Program.start(command, account.environment(), log);
        Await.until(
                "the server is ready",
                START,
                () -> {
                    Matcher matcher = READY.matcher(started.output().substring(before));
                    boolean ready = matcher.find();
                    if (ready) {
                        url = matcher.group(1);
                    } else if (!started.isAlive()) {
                        throw new AssertionError("the server ended: " + started.output());
                    }
                    return ready;
                },
                started::output);
        listen = URI.create(url).getAuthority();
        return started;
    }

    long pid() {
        return program.pid();
    }

    public String url() {
        return url;
    }

    /** What {@code admin … --json} prints. */
    JsonNode admin(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("admin"));
        all.addAll(List.of(arguments));
        all.add("--json");
        return JSON.readTree(cli(all.toArray(String[]::new)).ok());
    }

    /** Runs a command of this server's administrator. */
    Program.Run cli(String... arguments) throws IOException {
        return Program.run(
                account.tinysync(arguments),
                account.with("TINYSYNC_SERVER", url).environment(),
                COMMAND);
    }

    public void kill9() {
        program.kill9();
    }

    void stop() throws IOException {
        program.terminate(Duration.ofSeconds(40));
    }

    public void startAgain(String... options) throws IOException {
        program = launch(options);
    }

    /** At the same address, on another data directory. */
    void startAgainOn(Path place, String... options) throws IOException {
        data = place;
        program = launch(options);
    }

    /** PostgreSQL's files and the blobs. */
    Path data() {
        return data;
    }

    /** The sum of a counter over its labels, from the server's metrics page; 0 if it was never touched. */
    double counter(String name) throws IOException, InterruptedException {
        return send("GET", "/metrics", ADMIN_TOKEN, "")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    public HttpResponse<String> send(String method, String path, String token, String body)
            throws IOException, InterruptedException {
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, publisher)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException {
        if (program.isAlive()) {
            stop();
        }
        http.close();
    }
}
