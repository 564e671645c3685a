package io.tinysync.server.http;

import io.opentelemetry.api.trace.Span;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.HeadReply;
import io.tinysync.engine.vault.LimitsReply;
import io.tinysync.engine.vault.Origin;
import io.tinysync.engine.vault.SubmitReply;
import io.tinysync.engine.vault.TreeReply;
import io.tinysync.engine.vault.Unavailable;
import io.tinysync.engine.vault.VaultCommand;
import io.tinysync.engine.vault.VaultEntity;
import io.tinysync.engine.vault.VaultHead;
import io.tinysync.engine.vault.core.Submission;
import io.tinysync.server.tracing.Tracing;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks entities of vaults that are on this node. Calls block; what an entity cannot say now is the problem {@code unavailable}. */
final class VaultClient {

    private static final Logger LOG = LoggerFactory.getLogger(VaultClient.class);

    /** Longer than the recovery of a vault of a million items from its snapshot. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ClusterSharding sharding;
    private final Tracing tracing;

    VaultClient(ClusterSharding sharding, Tracing tracing) {
        this.sharding = sharding;
        this.tracing = tracing;
    }

    /** @param requestId what the request is called in logs */
    SubmitReply submit(VaultId vaultId, Submission submission, String requestId)
            throws InterruptedException, AtVault.LeftException {
        SubmitReply reply = submitted(vaultId, submission, requestId);
        if (reply instanceof Unavailable unavailable) {
            throw refusal(vaultId, unavailable);
        }
        return reply;
    }

    private SubmitReply submitted(VaultId vaultId, Submission submission, String requestId)
            throws InterruptedException {
        Span span = tracing.part("commit");
        try {
            Origin origin = new Origin(requestId, Tracing.traceparent(span).orElse(null));
            return ask(vaultId, replyTo -> new VaultCommand.Submit(submission, origin, replyTo));
        } finally {
            span.end();
        }
    }

    VaultHead describe(VaultId vaultId) throws InterruptedException, AtVault.LeftException {
        HeadReply reply = ask(vaultId, VaultCommand.Describe::new);
        return switch (reply) {
            case HeadReply.Described described -> described.head();
            case Unavailable unavailable -> throw refusal(vaultId, unavailable);
        };
    }

    /** Has the limits hold, unless later ones do. */
    void limit(VaultId vaultId, Limits limits, long revision) throws InterruptedException, AtVault.LeftException {
        LimitsReply reply = ask(vaultId, replyTo -> new VaultCommand.SetLimits(limits, revision, replyTo));
        if (reply instanceof Unavailable unavailable) {
            throw refusal(vaultId, unavailable);
        }
    }

    TreeReply.Read tree(VaultId vaultId) throws InterruptedException, AtVault.LeftException {
        TreeReply reply = ask(vaultId, VaultCommand.ReadTree::new);
        return switch (reply) {
            case TreeReply.Read read -> read;
            case Unavailable unavailable -> throw refusal(vaultId, unavailable);
        };
    }

    private <T> T ask(VaultId vaultId, Function<ActorRef<T>, VaultCommand> command) throws InterruptedException {
        CompletionStage<T> reply =
                sharding.entityRefFor(VaultEntity.KEY, vaultId.toString()).ask(command, TIMEOUT);
        try {
            return reply.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw refusal(vaultId, String.valueOf(e.getCause()));
        }
    }

    /** @throws AtVault.LeftException if nothing of what was asked has begun */
    private static ProblemException refusal(VaultId vaultId, Unavailable unavailable) throws AtVault.LeftException {
        if (unavailable.leaving()) {
            throw new AtVault.LeftException(unavailable.reason());
        }
        return refusal(vaultId, unavailable.reason());
    }

    private static ProblemException refusal(VaultId vaultId, String reason) {
        LOG.warn("vault {} cannot answer: {}", vaultId, reason);
        return new ProblemException(ProblemCode.UNAVAILABLE, "the vault cannot answer now");
    }
}
