package io.tinysync.nodes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Each node has a loopback address of its own, and all that it says to other nodes, to PostgreSQL and to S3 goes over links that can be made
 * faulty. Clients reach the nodes directly.
 */
public final class FaultyNetwork implements Network, AutoCloseable {

    private static final int HTTP_PORT = 7420;
    private static final int CLUSTER_PORT = 7421;

    private final List<Wires> nodes = new ArrayList<>();

    /**
     * What leads to and from one node.
     *
     * @param messages of the cluster, to it
     * @param requests of other nodes, to it
     */
    public record Wires(InetAddress address, Link messages, Link requests, Link postgres, Link s3) {}

    /** @param nodes how many */
    public FaultyNetwork(int nodes) throws IOException {
        // Of this process, so that others on the machine are not in the way.
        long pid = ProcessHandle.current().pid();
        for (int i = 0; i < nodes; i++) {
            byte[] address = {127, (byte) (2 + pid / 250 % 120), (byte) (1 + pid % 250), (byte) (1 + i)};
            this.nodes.add(wires(InetAddress.getByAddress(address)));
        }
    }

    private static Wires wires(InetAddress address) throws IOException {
        InetSocketAddress unknown = new InetSocketAddress(address, 1);
        return new Wires(
                address,
                new Link(new InetSocketAddress(address, CLUSTER_PORT)),
                new Link(new InetSocketAddress(address, HTTP_PORT)),
                new Link(unknown),
                new Link(unknown));
    }

    @Override
    public void postgresIsAt(int port) {
        nodes.forEach(wires -> wires.postgres().leadTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    @Override
    public void s3IsAt(int port) {
        nodes.forEach(wires -> wires.s3().leadTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    @Override
    public Place place(int node) {
        Wires wires = nodes.get(node);
        String host = wires.address().getHostAddress();
        return new Place(
                host + ":" + HTTP_PORT,
                "127.0.0.1:" + wires.messages().port(),
                wires.postgres().port(),
                wires.s3().port(),
                Map.of(
                        "TINYSYNC_CLUSTER_HOST",
                        "127.0.0.1",
                        "TINYSYNC_CLUSTER_PORT",
                        String.valueOf(wires.messages().port()),
                        "TINYSYNC_CLUSTER_BIND_HOST",
                        host,
                        "TINYSYNC_CLUSTER_BIND_PORT",
                        String.valueOf(CLUSTER_PORT),
                        "TINYSYNC_CLUSTER_URL",
                        "http://127.0.0.1:" + wires.requests().port()));
    }

    public Wires wires(int node) {
        return nodes.get(node);
    }

    /** What one node says to another, and the other to it, is treated so. */
    public void between(int node, int other, Link.State state) {
        oneWay(node, other, state);
        oneWay(other, node, state);
    }

    /** What one node says to another is treated so, and what comes back on the same connections. */
    public void oneWay(int from, int to, Link.State state) {
        InetAddress source = nodes.get(from).address();
        nodes.get(to).messages().become(source, state);
        nodes.get(to).requests().become(source, state);
    }

    /** What all links between nodes have held up so far. */
    public long hitsBetweenNodes() {
        return nodes.stream()
                .mapToLong(wires -> wires.messages().hits() + wires.requests().hits())
                .sum();
    }

    /** Everything goes through again. */
    public void mend() {
        for (Wires node : nodes) {
            each(node, link -> link.become(new Link.State.Open()));
            for (Wires other : nodes) {
                each(node, link -> link.become(other.address(), new Link.State.Open()));
            }
        }
    }

    private static void each(Wires wires, Consumer<Link> action) {
        List.of(wires.messages(), wires.requests(), wires.postgres(), wires.s3())
                .forEach(action);
    }

    @Override
    public void close() {
        nodes.forEach(wires -> each(wires, Link::close));
    }
}
