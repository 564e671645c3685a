package io.tinysync.nodes;

import java.util.Map;

/** Everything on 127.0.0.1, with nothing in between. */
public final class PlainNetwork implements Network {

    /** What is between the first port of HTTP and that of the cluster's messages. */
    private static final int CLUSTER_PORTS = 20;

    private final int firstPort;
    private int postgresPort;
    private int s3Port;

    /** @param firstPort of the nodes' HTTP ports, which follow each other; those of the cluster's messages are 20 above */
    public PlainNetwork(int firstPort) {
        this.firstPort = firstPort;
    }

    @Override
    public void postgresIsAt(int port) {
        postgresPort = port;
    }

    @Override
    public void s3IsAt(int port) {
        s3Port = port;
    }

    @Override
    public Place place(int node) {
        int clusterPort = firstPort + CLUSTER_PORTS + node;
        return new Place(
                "127.0.0.1:" + (firstPort + node),
                "127.0.0.1:" + clusterPort,
                postgresPort,
                s3Port,
                Map.of("TINYSYNC_CLUSTER_HOST", "127.0.0.1", "TINYSYNC_CLUSTER_PORT", String.valueOf(clusterPort)));
    }
}
