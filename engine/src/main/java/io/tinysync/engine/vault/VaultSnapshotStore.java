package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.VaultState;
import io.tinysync.engine.vault.core.VaultStateFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/**
 * Pekko's snapshot store for vaults, over {@link VaultSnapshots}. It takes a state by reference, reports it as saved at once and
 * writes it behind: the stock store would hold up every request until the state is encoded and stored, seconds for a large vault.
 * That is sound because no event is deleted for a snapshot. A state that cannot be read is passed over for the one before, and in
 * the end for the whole journal.
 */
public final class VaultSnapshotStore extends SnapshotStore {

    /** Where {@code reference.conf} configures it. */
    static final String PLUGIN_ID = "tinysync.vault-snapshot-store";

    private static final String DISPATCHER_ID = "tinysync.vault-snapshot-dispatcher";

    private static final Logger LOG = LoggerFactory.getLogger(VaultSnapshotStore.class);

    private final VaultSnapshots snapshots;
    private final Executor executor;

    /** Vaults whose state is being written; another one of the same vault is skipped meanwhile. */
    private final Set<VaultId> writing = ConcurrentHashMap.newKeySet();

    /** Made by Pekko; the actor system's setup must hold {@link VaultSnapshotsSetup}. */
    public VaultSnapshotStore() {
        this.executor = context().system().dispatchers().lookup(DISPATCHER_ID);
        this.snapshots = context()
                .system()
                .settings()
                .setup()
                .get(VaultSnapshotsSetup.class)
                .orElseThrow(() -> new IllegalStateException("the actor system has no VaultSnapshotsSetup"))
                .snapshots();
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return FutureConverters.asScala(load(persistenceId, criteria.maxSequenceNr()));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        VaultState state = (VaultState) snapshot;
        VaultId vaultId = vaultId(metadata.persistenceId());
        if (writing.add(vaultId)) {
            executor.execute(() -> writeBehind(vaultId, state));
        }
        return done();
    }

    /** Retention is {@link VaultSnapshots#save}'s. */
    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        return done();
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return done();
    }

    private CompletionStage<Optional<SelectedSnapshot>> load(String persistenceId, long maxSeq) {
        if (maxSeq <= 0) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return snapshots
                .newest(vaultId(persistenceId), maxSeq)
                .thenComposeAsync(
                        stored -> stored.isEmpty()
                                ? CompletableFuture.completedFuture(Optional.empty())
                                : readable(persistenceId, stored.get()),
                        executor);
    }

    private CompletionStage<Optional<SelectedSnapshot>> readable(String persistenceId, VaultSnapshots.Stored stored) {
        try {
            VaultState state = VaultStateFormat.read(
                    new ByteArrayInputStream(stored.bytes().toArrayUnsafe()));
            SnapshotMetadata metadata = new SnapshotMetadata(persistenceId, stored.seq(), 0L);
            return CompletableFuture.completedFuture(Optional.of(SelectedSnapshot.create(metadata, state)));
        } catch (IOException | RuntimeException e) {
            LOG.error("the state of {} at seq {} cannot be read, trying an older one", persistenceId, stored.seq(), e);
            return load(persistenceId, stored.seq() - 1);
        }
    }

    @SuppressWarnings("NullAway") // A Future<Void> has no other value than null.
    private static Future<Void> done() {
        return FutureConverters.asScala(CompletableFuture.<Void>completedFuture(null));
    }

    private void writeBehind(VaultId vaultId, VaultState state) {
        long seq = state.cursor().seq();
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            VaultStateFormat.write(state, out);
            ByteString bytes = ByteString.fromArrayUnsafe(out.toByteArray());
            snapshots
                    .save(vaultId, new VaultSnapshots.Stored(seq, bytes))
                    .whenComplete((done, failure) -> saved(vaultId, seq, failure));
        } catch (IOException | RuntimeException e) {
            saved(vaultId, seq, e);
        }
    }

    private void saved(VaultId vaultId, long seq, @Nullable Throwable failure) {
        writing.remove(vaultId);
        if (failure != null) {
            LOG.warn("the state of vault {} at seq {} was not saved", vaultId, seq, failure);
        }
    }

    private static VaultId vaultId(String persistenceId) {
        return VaultId.parse(PersistenceId.extractEntityId(persistenceId));
    }
}
