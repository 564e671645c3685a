package io.tinysync.server.wake;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.engine.vault.CommitListener;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.server.journal.LogTails;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Tells the node of every commit of its vaults: the tails of the logs first, so that whoever is woken finds the entries there. */
public final class Commits implements CommitListener {

    private final LogTails tails;
    private final ActorRef<WakeHub.Command> hub;

    public Commits(LogTails tails, ActorRef<WakeHub.Command> hub) {
        this.tails = tails;
        this.hub = hub;
    }

    @Override
    public void recovered(VaultId vaultId, Cursor head) {
        tails.endsAt(vaultId, head);
    }

    @Override
    public void committed(VaultId vaultId, Cursor before, List<ChainedEntry> entries) {
        tails.committed(vaultId, before, entries);
        hub.tell(new WakeHub.Committed(
                new Wake(vaultId, entries.getLast().entry().seq())));
    }
}
