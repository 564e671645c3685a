package io.tinysync.server.cluster;

import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.entity.VaultWork;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The work on vaults that may be on any node: here where this node has the vault, and otherwise by a request to the node that has it. */
public final class VaultsAnywhere implements VaultWork {

    /** Work on a vault, and a last try: a vault that moves is somewhere within seconds. */
    private static final Duration MOVING_LIMIT = Duration.ofSeconds(20);

    private static final long PAUSE_MS = 200;

    private final VaultWork here;
    private final VaultPlaces places;
    private final PeerWork peers;

    public VaultsAnywhere(VaultWork here, VaultPlaces places, PeerWork peers) {
        this.here = here;
        this.places = places;
        this.peers = peers;
    }

    @Override
    public int purge(VaultId vault, long deletedUpTo) {
        return done(vault, work -> work.purge(vault, deletedUpTo));
    }

    @Override
    public void save(VaultId vault) {
        done(vault, work -> {
            work.save(vault);
            return true;
        });
    }

    @Override
    public void rebuildItems(VaultId vault) {
        done(vault, work -> {
            work.rebuildItems(vault);
            return true;
        });
    }

    @Override
    public Set<Sha256> reached(VaultId vault, Set<Sha256> asked) {
        return done(vault, work -> work.reached(vault, asked));
    }

    @Override
    public List<Sha256> unanswered(VaultId vault) {
        return done(vault, work -> work.unanswered(vault));
    }

    private <T> T done(VaultId vault, Function<VaultWork, T> work) {
        long began = System.nanoTime();
        try {
            Optional<T> done = attempt(vault, work);
            while (done.isEmpty()) {
                if (System.nanoTime() - began > MOVING_LIMIT.toNanos()) {
                    throw new IllegalStateException("vault " + vault + " is moving to another node");
                }
                Thread.sleep(PAUSE_MS);
                done = attempt(vault, work);
            }
            return done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private <T> Optional<T> attempt(VaultId vault, Function<VaultWork, T> work) throws InterruptedException {
        return switch (places.of(vault)) {
            case VaultPlaces.Place.Here() -> Optional.of(work.apply(here));
            case VaultPlaces.Place.There(URI node) -> {
                try {
                    yield Optional.of(work.apply(peers.at(node)));
                } catch (PeerWork.NotThereException e) {
                    yield Optional.empty();
                }
            }
            case VaultPlaces.Place.Moving() -> Optional.empty();
        };
    }
}
