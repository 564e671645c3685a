package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.state.OwnerOnlyFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** The demo's server: a process of the launcher's, on a port that it keeps as long as it can. */
final class DemoServer {

    /** The first start unpacks and initialises PostgreSQL. */
    private static final Duration READY = Duration.ofMinutes(3);

    private static final Duration STOP = Duration.ofSeconds(40);

    /** Whoever stops the server, and therefore has it started where none can be missed. */
    @FunctionalInterface
    interface Starter {
        ChildProcess start(Supplier<ChildProcess> process);
    }

    private final URI uri;
    private final Path data;

    private DemoServer(URI uri, Path data) {
        this.uri = uri;
        this.data = data;
    }

    /**
     * Starts it with its data in a directory; one that an earlier demo left running there is stopped first. Returns once it is
     * ready.
     *
     * @param starter starts each process
     */
    static DemoServer start(Path data, Starter starter) {
        try {
            Files.createDirectories(data);
            LeftProcess.stop(pidFile(data), data, STOP);
            Path port = data.resolve("demo.port");
            String wanted = Files.exists(port) ? Files.readString(port).strip() : "0";
            DemoServer server = startAt(wanted, data, starter);
            OwnerOnlyFile.write(port, line(server.uri.getPort()));
            return server;
        } catch (IOException e) {
            throw Refusal.of("cannot use " + data, e);
        }
    }

    private static Path pidFile(Path data) {
        return data.resolve("demo.pid");
    }

    private static byte[] line(long number) {
        return (number + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static DemoServer startAt(String port, Path data, Starter starter) throws IOException {
        List<String> command =
                OwnCommand.inOwnSession("server", "--listen", "127.0.0.1:" + port, "--data", data.toString());
        Path log = data.resolve("demo.log");
        ChildProcess process = starter.start(() -> ChildProcess.start("the server", command, log));
        OwnerOnlyFile.write(pidFile(data), line(process.pid()));
        try {
            String ready = process.awaitReady(READY, log);
            return new DemoServer(URI.create(ready.replaceFirst("^ready ", "")), data);
        } catch (Refusal e) {
            if (port.equals("0")) {
                throw e;
            }
            return startAt("0", data, starter);
        }
    }

    URI uri() {
        return uri;
    }

    String adminToken() {
        Path file = data.resolve("admin-token");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw Refusal.of("cannot read " + file, e);
        }
    }

    static void stop(ChildProcess process) {
        process.stop(STOP);
    }
}
