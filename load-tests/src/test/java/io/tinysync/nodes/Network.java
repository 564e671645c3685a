package io.tinysync.nodes;

import java.util.Map;

/** How the nodes of a cluster on this machine reach each other, PostgreSQL and S3. */
public interface Network {

    /** PostgreSQL listens on this port of 127.0.0.1 from now on. */
    void postgresIsAt(int port);

    /** S3 listens on this port of 127.0.0.1 from now on. */
    void s3IsAt(int port);

    /** Where a node is and what it sees, by its index from 0; the same each time. */
    Place place(int node);

    /**
     * A node's place.
     *
     * @param listen HOST:PORT of its HTTP API, for clients
     * @param clusterAddress HOST:PORT by which other nodes call it
     * @param postgresPort of 127.0.0.1, where it finds PostgreSQL
     * @param s3Port of 127.0.0.1, where it finds S3
     * @param environment what tells it of its addresses in the cluster
     */
    record Place(String listen, String clusterAddress, int postgresPort, int s3Port, Map<String, String> environment) {

        public Place {
            environment = Map.copyOf(environment);
        }
    }
}
