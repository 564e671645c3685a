package io.tinysync.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The connections that a server of this machine has, as the kernel says: what a program holds is seen here, whatever it believes itself. */
final class KernelConnections {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    private static final String LISTENING = "0A";

    private final String port;

    private KernelConnections(String port) {
        this.port = port;
    }

    static KernelConnections to(String server) {
        return new KernelConnections(hex(URI.create(server).getPort()));
    }

    private static String hex(int port) {
        return "%04X".formatted(port);
    }

    /** Returns when the server has no socket any more of the connection from a port; fails if that takes too long. */
    void awaitEnded(int from) throws Exception {
        Await.until("the connection is ended", () -> rows().noneMatch(row -> row[2].endsWith(":" + hex(from))));
    }

    long count() {
        return rows().count();
    }

    /** Of sockets that a process has. */
    private Stream<String[]> rows() {
        return TABLES.stream()
                .flatMap(KernelConnections::lines)
                .map(line -> line.strip().split("\\s+"))
                .filter(row -> row[1].endsWith(":" + port) && !row[3].equals(LISTENING) && !row[9].equals("0"));
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
