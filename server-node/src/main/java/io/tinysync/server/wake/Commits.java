package io.tinysync.server.wake;

import io.opentelemetry.api.trace.Span;
import io.tinysync.engine.log.LogField;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.engine.vault.CommitListener;
import io.tinysync.engine.vault.CommitTrace;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.server.cluster.NodeEvent;
import io.tinysync.server.cluster.NodeEvents;
import io.tinysync.server.journal.LogTails;
import io.tinysync.server.tracing.Tracing;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells of every commit of this node's vaults: the tails of the logs first, then all nodes, so that whoever is woken finds the entries there. */
public final class Commits implements CommitListener {

    private final LogTails tails;
    private final NodeEvents events;
    private final InstantSource clock;
    private final Supplier<String> node;
    private final Tracing tracing;

    /** @param node how other nodes call this one */
    public Commits(LogTails tails, NodeEvents events, InstantSource clock, Supplier<String> node, Tracing tracing) {
        this.tails = tails;
        this.events = events;
        this.clock = clock;
        this.node = node;
        this.tracing = tracing;
    }

    @Override
    public void recovered(VaultId vaultId, Cursor head) {
        tails.endsAt(vaultId, head);
    }

    @Override
    public void committed(VaultId vaultId, Cursor before, List<ChainedEntry> entries, CommitTrace trace) {
        tails.committed(vaultId, before, entries);
        Wake wake = new Wake(vaultId, entries.getLast().entry().seq());
        List<String> writes = trace.traceparents().stream()
                .map(request -> traced(request, trace.began(), wake))
                .flatMap(Optional::stream)
                .toList();
        events.tell(new NodeEvent.Committed(
                wake,
                ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()),
                node.get(),
                writes.isEmpty() ? null : writes.getFirst()));
    }

    /** The write as a part of one of the requests that it took together. */
    private Optional<String> traced(String request, Instant began, Wake wake) {
        Span span = tracing.partOf(request, "journal write", began);
        span.setAttribute(LogField.VAULT.key(), wake.vaultId().toString());
        span.setAttribute("head_seq", wake.headSeq());
        span.end();
        return Tracing.traceparent(span);
    }
}
