package io.tinysync.server.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueType;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.Address;

/**
 * How this node takes part in a cluster.
 *
 * @param seedNodes HOST:PORT each; none: the node is a cluster of its own
 * @param host where other nodes reach this one for the cluster's messages
 * @param port 0 takes a free one
 * @param bindHost where the node listens for these messages, and from where it connects to others; empty: {@code host}
 * @param bindPort 0: {@code port}
 * @param url where other nodes reach this one's HTTP API; empty: {@code host}, and the port on which it listens
 */
public record ClusterSettings(
        List<String> seedNodes, String host, int port, Optional<String> bindHost, int bindPort, Optional<URI> url) {

    private static final String SYSTEM = "tinysync";
    private static final int MAX_PORT = 65_535;

    public ClusterSettings {
        seedNodes = List.copyOf(seedNodes);
        seedNodes.forEach(ClusterSettings::address);
        if (host.isBlank() || port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("cluster.host and cluster.port are no address: " + host + ":" + port);
        }
        if (bindPort < 0 || bindPort > MAX_PORT) {
            throw new IllegalArgumentException("cluster.bind.port is no port: " + bindPort);
        }
        if (!seedNodes.isEmpty() && port == 0) {
            throw new IllegalArgumentException("cluster.port must be set on a node with cluster.seed-nodes");
        }
    }

    /**
     * Reads {@code tinysync.server.cluster}.
     *
     * @throws IllegalArgumentException if a value is not of its form
     */
    public static ClusterSettings read(Config cluster) {
        return new ClusterSettings(
                texts(cluster, "seed-nodes"),
                cluster.getString("host").strip(),
                cluster.getInt("port"),
                text(cluster, "bind.host"),
                cluster.getInt("bind.port"),
                text(cluster, "url").map(ClusterSettings::url));
    }

    private static Optional<String> text(Config cluster, String key) {
        return Optional.of(cluster.getString(key).strip()).filter(text -> !text.isEmpty());
    }

    /** A list in a file, or one text with commas, as in the environment. */
    public static List<String> texts(Config settings, String key) {
        if (settings.getValue(key).valueType() == ConfigValueType.LIST) {
            return settings.getStringList(key);
        }
        return Arrays.stream(settings.getString(key).split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static URI url(String text) {
        if (!text.matches("https?://[^/]+/?")) {
            throw new IllegalArgumentException("cluster.url must be http(s)://HOST:PORT, not '" + text + "'");
        }
        return URI.create(text.replaceAll("/$", ""));
    }

    private static Address address(String node) {
        int colon = node.lastIndexOf(':');
        if (colon <= 0 || !node.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("cluster.seed-nodes has '" + node + "', which is not HOST:PORT");
        }
        return new Address("pekko", SYSTEM, node.substring(0, colon), Integer.parseInt(node.substring(colon + 1)));
    }

    public boolean hasOthers() {
        return !seedNodes.isEmpty();
    }

    public List<Address> seedAddresses() {
        return seedNodes.stream().map(ClusterSettings::address).toList();
    }

    /** What follows from this for Pekko. */
    public Config pekko() {
        return ConfigFactory.parseMap(Map.of(
                "pekko.remote.artery.canonical.hostname",
                host,
                "pekko.remote.artery.canonical.port",
                port,
                "pekko.remote.artery.bind.hostname",
                bindHost.orElse(host),
                "pekko.remote.artery.bind.port",
                bindPort == 0 ? port : bindPort,
                "pekko.remote.artery.advanced.tcp.outbound-client-hostname",
                bindHost.orElse("")));
    }
}
