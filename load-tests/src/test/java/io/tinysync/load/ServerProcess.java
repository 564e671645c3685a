package io.tinysync.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real server, started as a user starts it, with its data in a directory of the test's. */
final class ServerProcess implements AutoCloseable {

    private static final int STOP_SECONDS = 60;

    private final Process process;
    private final URI uri;
    private final Path data;

    private ServerProcess(Process process, URI uri, Path data) {
        this.process = process;
        this.uri = uri;
        this.data = data;
    }

    /** Starts it on a free port; returns when it answers. */
    static ServerProcess start(Path data) throws IOException {
        return start(data, "127.0.0.1:0");
    }

    /** Starts it again where an earlier one was, so that its devices find it. */
    static ServerProcess start(Path data, String address) throws IOException {
        Process process = new ProcessBuilder(
                        Checkout.root().resolve("tinysync").toString(),
                        "server",
                        "--listen",
                        address,
                        "--data",
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        // Stays open: a process whose reader is gone fails when it prints.
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String ready = lines.readLine();
        if (ready == null || !ready.startsWith("ready ")) {
            process.destroyForcibly();
            throw new IOException("the server is not ready, it says: " + ready);
        }
        return new ServerProcess(process, URI.create(ready.substring("ready ".length())), data);
    }

    URI uri() {
        return uri;
    }

    String adminToken() throws IOException {
        return Files.readString(data.resolve("admin-token")).strip();
    }

    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    @Override
    public void close() {
        process.destroy();
        if (!awaitEnd()) {
            kill();
        }
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
