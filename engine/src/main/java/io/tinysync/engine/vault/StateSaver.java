package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.VaultState;
import io.tinysync.engine.vault.core.VaultStateFormat;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves states of vaults while these go on: takes a state by reference, writes it, reads it back whole and compares it with the
 * value, and only then has it count as proven. Safe for any thread.
 */
public final class StateSaver {

    private static final Logger LOG = LoggerFactory.getLogger(StateSaver.class);

    private final VaultSnapshots snapshots;
    private final Executor saving;
    private final Executor loading;
    private final Map<VaultId, CompletableFuture<Long>> inProgress = new ConcurrentHashMap<>();

    /**
     * The number of threads bounds how many states are saved and loaded at once; each takes seconds for a large vault.
     *
     * @param saving nobody waits for it
     * @param loading every request to the vault waits for it
     */
    public StateSaver(VaultSnapshots snapshots, Executor saving, Executor loading) {
        this.snapshots = snapshots;
        this.saving = saving;
        this.loading = loading;
    }

    /** A state as it was read. */
    public record Loaded(long seq, VaultState state) {}

    /**
     * Saves a state. If one of the same vault is being saved, this one is passed over: then the answer is that one's.
     *
     * @return the seq of the state that is saved and proven
     */
    public CompletionStage<Long> save(VaultId vaultId, VaultState state) {
        CompletableFuture<Long> mine = new CompletableFuture<>();
        CompletableFuture<Long> other = inProgress.putIfAbsent(vaultId, mine);
        if (other != null) {
            return other.minimalCompletionStage();
        }
        var _ = writing(vaultId, state).whenComplete((seq, failure) -> {
            inProgress.remove(vaultId);
            if (failure == null) {
                mine.complete(seq);
            } else {
                LOG.warn("the state of vault {} at {} was not saved", vaultId, state.cursor(), failure);
                mine.completeExceptionally(failure);
            }
        });
        return mine.minimalCompletionStage();
    }

    /** Ends whatever fails, errors included: a save that never ended would be the vault's last. */
    private CompletableFuture<Long> writing(VaultId vaultId, VaultState state) {
        try {
            return CompletableFuture.supplyAsync(() -> write(vaultId, state), saving);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private long write(VaultId vaultId, VaultState state) {
        try {
            return written(vaultId, state);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private long written(VaultId vaultId, VaultState state) throws IOException {
        long seq = state.cursor().seq();
        snapshots.save(vaultId, seq, out -> VaultStateFormat.write(state, out));
        boolean whole = snapshots
                .at(vaultId, seq, (ignored, in) -> {
                    VaultStateFormat.prove(state, in);
                    return true;
                })
                .orElse(false);
        if (!whole) {
            throw new IOException("the state at seq " + seq + " is not there to be read back");
        }
        snapshots.proven(vaultId, seq);
        return seq;
    }

    /** The newest state at or below a seq that can be read; the ones before it are tried where one cannot. */
    CompletionStage<Optional<Loaded>> load(VaultId vaultId, long maxSeq) {
        return CompletableFuture.supplyAsync(() -> readable(vaultId, maxSeq), loading);
    }

    private Optional<Loaded> readable(VaultId vaultId, long maxSeq) {
        long below = maxSeq;
        while (below > 0) {
            long[] seqRead = {0};
            try {
                return snapshots.newest(vaultId, below, (seq, in) -> {
                    seqRead[0] = seq;
                    return new Loaded(seq, VaultStateFormat.read(in));
                });
            } catch (IOException e) {
                if (seqRead[0] == 0) {
                    throw new CompletionException(e);
                }
                LOG.error(
                        "the state of vault {} at seq {} cannot be read, trying an older one", vaultId, seqRead[0], e);
                below = seqRead[0] - 1;
            }
        }
        return Optional.empty();
    }
}
