package io.tinysync.campaign;

/** What happens to a cluster in a campaign, and is mended again before the next. */
enum Fault {
    /** A node is killed with SIGKILL and started again a moment later. */
    KILL,
    /** A node is stopped with SIGTERM and started again. */
    TERMINATE,
    /** A node does nothing until the others have put it out, then goes on, notices and ends, and is started again. */
    PAUSE,
    /** Connections between a node and all others end until it ends itself; it is started again. */
    ISOLATE_BY_CUT,
    /** As before, but nothing ends and nothing comes through. */
    ISOLATE_BY_SILENCE,
    /** Connections between two nodes end, for less long than it takes to notice. */
    CUT_BETWEEN_TWO,
    /** Whatever nodes say to each other takes longer. */
    SLOW_NODES,
    /** A node's connections to PostgreSQL end. */
    POSTGRES_CUT,
    /** A node's connections to PostgreSQL stand, and nothing comes through. */
    POSTGRES_SILENT,
    /** Whatever a node says to PostgreSQL takes longer. */
    POSTGRES_SLOW,
    /** PostgreSQL is stopped and started again. */
    POSTGRES_RESTART,
    /** S3 is gone for all nodes. */
    S3_GONE,
    /** S3 does not answer anybody. */
    S3_SILENT,
    /** All nodes are stopped and started again, one after the other. */
    ROLLING_RESTART
}
