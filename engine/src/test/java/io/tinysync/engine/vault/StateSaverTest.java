package io.tinysync.engine.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.VaultState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** A save that fails, whatever it is that fails, is over: it is told, and the next one is made. */
final class StateSaverTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final VaultId vault = new VaultId(new UUID(1, 1));
    private final VaultState state = VaultState.empty(NamePolicy.POSIX);
    private final JournalTable table = new JournalTable();

    @Test
    void anErrorOfTheVirtualMachineEndsTheSaveAndNoLaterOne() {
        StateSaver saver = new StateSaver(new BrokenOnce(table), Runnable::run, Runnable::run);

        assertThat(saved(saver)).failsWithin(PATIENCE);
        assertThat(saved(saver)).succeedsWithin(PATIENCE).isEqualTo(0L);
    }

    @Test
    void aSaveThatNoThreadTakesIsToldAsFailed() {
        Executor stopping = work -> {
            throw new RejectedExecutionException("the node is stopping");
        };
        StateSaver saver = new StateSaver(table, stopping, Runnable::run);

        assertThat(saved(saver)).failsWithin(PATIENCE);
    }

    private CompletableFuture<Long> saved(StateSaver saver) {
        return saver.save(vault, state).toCompletableFuture();
    }

    /** Its first save ends with an error that is no exception. */
    private static final class BrokenOnce implements VaultSnapshots {

        private final VaultSnapshots table;
        private boolean broken;

        BrokenOnce(VaultSnapshots table) {
            this.table = table;
        }

        @Override
        public void save(VaultId vaultId, long seq, Encoder encoder) throws IOException {
            if (!broken) {
                broken = true;
                throw new StackOverflowError("too deep");
            }
            table.save(vaultId, seq, encoder);
        }

        @Override
        public void proven(VaultId vaultId, long seq) {
            table.proven(vaultId, seq);
        }

        @Override
        public <T> Optional<T> newest(VaultId vaultId, long maxSeq, Decoder<T> decoder) throws IOException {
            return table.newest(vaultId, maxSeq, decoder);
        }

        @Override
        public <T> Optional<T> at(VaultId vaultId, long seq, Decoder<T> decoder) throws IOException {
            return table.at(vaultId, seq, decoder);
        }
    }
}
