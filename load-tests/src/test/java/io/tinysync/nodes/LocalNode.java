package io.tinysync.nodes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server of its own on this machine, as {@code tinysync server} runs it: PostgreSQL and blobs in its data directory. */
public final class LocalNode {

    private LocalNode() {}

    /**
     * A node that is not running yet.
     *
     * @param checkout the directory of the launcher
     * @param data what the server keeps; PostgreSQL's is in {@code postgres} below
     * @param log what it says
     * @param config what stands in its configuration file, which is beside the data
     */
    public static ClusterNode in(
            Path checkout, Path data, Path log, String adminToken, Map<String, String> environment, String config)
            throws IOException {
        Path configFile = Files.writeString(data.resolveSibling(data.getFileName() + ".conf"), config);
        String listen = "127.0.0.1:" + freePort();
        Map<String, String> all = new HashMap<>(environment);
        all.put("TINYSYNC_ADMIN_TOKEN", adminToken);
        List<String> command = List.of(
                "setsid",
                checkout.resolve("tinysync").toString(),
                "server",
                "--listen",
                listen,
                "--data",
                data.toString(),
                "--config",
                configFile.toString());
        return new ClusterNode("the server", "http://" + listen, command, all, log);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
