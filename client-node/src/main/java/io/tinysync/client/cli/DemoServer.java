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

/** The demo's server: a process of the launcher's, on a port that it keeps as long as it can. */
final class DemoServer {

    /** The first start unpacks and initialises PostgreSQL. */
    private static final Duration READY = Duration.ofMinutes(3);

    private static final Duration STOP = Duration.ofSeconds(40);

    private final ChildProcess process;
    private final URI uri;
    private final Path data;

    private DemoServer(ChildProcess process, URI uri, Path data) {
        this.process = process;
        this.uri = uri;
        this.data = data;
    }

    /** Starts it with its data in a directory; one that an earlier demo left running there is stopped first. */
    static DemoServer start(Path data) {
        try {
            Files.createDirectories(data);
            Path pid = data.resolve("demo.pid");
            LeftProcess.stop(pid, data, STOP);
            Path port = data.resolve("demo.port");
            String wanted = Files.exists(port) ? Files.readString(port).strip() : "0";
            DemoServer server = startAt(wanted, data);
            OwnerOnlyFile.write(pid, line(server.process.pid()));
            OwnerOnlyFile.write(port, line(server.uri.getPort()));
            return server;
        } catch (IOException e) {
            throw Refusal.of("cannot use " + data, e);
        }
    }

    private static byte[] line(long number) {
        return (number + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static DemoServer startAt(String port, Path data) {
        List<String> command =
                OwnCommand.inOwnSession("server", "--listen", "127.0.0.1:" + port, "--data", data.toString());
        Path log = data.resolve("demo.log");
        ChildProcess process = ChildProcess.start("the server", command, log);
        try {
            String ready = process.awaitReady(READY, log);
            return new DemoServer(process, URI.create(ready.replaceFirst("^ready ", "")), data);
        } catch (Refusal e) {
            if (port.equals("0")) {
                throw e;
            }
            return startAt("0", data);
        }
    }

    ChildProcess process() {
        return process;
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

    void stop() {
        process.stop(STOP);
    }
}
