package io.tinysync.server.wake;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.engine.vault.CommitListener;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.server.cluster.NodeEvent;
import io.tinysync.server.cluster.NodeEvents;
import io.tinysync.server.journal.LogTails;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;

/** Tells of every commit of this node's vaults: the tails of the logs first, then all nodes, so that whoever is woken finds the entries there. */
public final class Commits implements CommitListener {

    private final LogTails tails;
    private final NodeEvents events;
    private final InstantSource clock;
    private final Supplier<String> node;

    /** @param node how other nodes call this one */
    public Commits(LogTails tails, NodeEvents events, InstantSource clock, Supplier<String> node) {
        this.tails = tails;
        this.events = events;
        this.clock = clock;
        this.node = node;
    }

    @Override
    public void recovered(VaultId vaultId, Cursor head) {
        tails.endsAt(vaultId, head);
    }

    @Override
    public void committed(VaultId vaultId, Cursor before, List<ChainedEntry> entries) {
        tails.committed(vaultId, before, entries);
        events.tell(new NodeEvent.Committed(
                new Wake(vaultId, entries.getLast().entry().seq()),
                ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()),
                node.get()));
    }
}
