package io.tinysync.server.http;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.server.blobs.BlobCare;
import io.tinysync.server.blobs.BlobLeases;
import io.tinysync.server.cluster.NodeEvents;
import io.tinysync.server.cluster.Peers;
import io.tinysync.server.cluster.VaultPlaces;
import io.tinysync.server.cluster.Withdrawals;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.identity.AdminToken;
import io.tinysync.server.identity.DeviceAccess;
import io.tinysync.server.journal.PostgresJournal;
import io.tinysync.server.journal.VaultLog;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.projection.ProjectionFollower;
import io.tinysync.server.readiness.Readiness;
import io.tinysync.server.tracing.Tracing;
import io.tinysync.server.wake.WakeHub;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the routes need of the node.
 *
 * @param limits what vaults take
 * @param heartbeat of sockets
 * @param sockets what they may take of the node
 * @param patience with clients that let it wait
 * @param vaults the work on vaults of this node
 * @param threads runs a handler on each task's own thread; virtual ones, since handlers block
 */
public record HttpServices(
        Database database,
        BlobStore blobs,
        BlobLeases leases,
        BlobCare care,
        PostgresJournal journal,
        VaultLog log,
        ActorRef<WakeHub.Command> hub,
        NodeEvents events,
        DeviceAccess access,
        Withdrawals withdrawals,
        TrustedProxies proxies,
        VaultPlaces places,
        Peers peers,
        VaultWork vaults,
        ProjectionFollower projection,
        AdminToken adminToken,
        boolean openRegistration,
        Limits limits,
        Heartbeat heartbeat,
        SocketLimits sockets,
        Patience patience,
        Metrics metrics,
        Tracing tracing,
        Executor threads,
        Readiness readiness) {}
