package io.tinysync.engine.device;

import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.Work;
import io.tinysync.engine.protocol.VaultId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What one attached vault is made of.
 *
 * @param vaultId the vault
 * @param store its local store
 * @param contents the contents on this device
 * @param server the server
 * @param rules of this device and vault
 * @param settings the numbers
 * @param listener hears what replay changes in the local tree
 * @param readOnly told whether access to the vault is lost; called from any thread
 * @param clockMs ms since 1970
 * @param chance numbers from 0 to below 1, for jitter
 * @param blocking runs what waits for the disk, never the actors' own threads; virtual threads suit it
 */
public record VaultParts(
        VaultId vaultId,
        DeviceStore store,
        ContentStore contents,
        ServerPort server,
        DeviceRules rules,
        SyncSettings settings,
        TreeListener listener,
        Consumer<Boolean> readOnly,
        LongSupplier clockMs,
        DoubleSupplier chance,
        Executor blocking) {

    /** Does work on the store in one transaction, then tells the listener; blocks. */
    <T> T write(Function<Work, T> change) {
        return store.write((StoreTransaction transaction) -> {
                    Work work = new Work(transaction, rules, clockMs.getAsLong());
                    T result = change.apply(work);
                    work.finish();
                    return new Done<>(result, work);
                })
                .tell(listener);
    }

    /** The work's result and what it has changed, for after its commit. */
    record Done<T>(T result, Work work) {

        T tell(TreeListener listener) {
            if (work.changes().isEverything()) {
                listener.everythingChanged();
            } else if (!work.changes().isEmpty()) {
                listener.changed(work.changes().places(), work.changes().items());
            }
            if (!work.resolved().isEmpty()) {
                listener.resolved(List.copyOf(work.resolved()));
            }
            return result;
        }
    }

    /** Runs what blocks where it may. */
    <T> CompletionStage<T> blockingly(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, blocking);
    }
}
