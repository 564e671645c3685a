package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.VaultState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.apache.pekko.persistence.typed.PersistenceId;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/**
 * Pekko's snapshot store for vaults, over {@link StateSaver}. It takes a state by reference and reports it as saved at once: the
 * stock store would hold up every request until the state is encoded and stored, seconds for a large vault. That is sound because
 * nothing rests on the report: events are deleted only below states that are proven. A state that cannot be read is passed over for
 * the one before, and in the end for the whole journal.
 */
public final class VaultSnapshotStore extends SnapshotStore {

    /** Where {@code reference.conf} configures it. */
    static final String PLUGIN_ID = "tinysync.vault-snapshot-store";

    private final StateSaver saver;

    /** Made by Pekko; the actor system's setup must hold {@link VaultSnapshotsSetup}. */
    public VaultSnapshotStore() {
        this.saver = context()
                .system()
                .settings()
                .setup()
                .get(VaultSnapshotsSetup.class)
                .orElseThrow(() -> new IllegalStateException("the actor system has no VaultSnapshotsSetup"))
                .saver();
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        CompletionStage<Optional<SelectedSnapshot>> loaded = saver.load(
                        vaultId(persistenceId), criteria.maxSequenceNr())
                .thenApply(found -> found.map(state ->
                        SelectedSnapshot.create(new SnapshotMetadata(persistenceId, state.seq(), 0L), state.state())));
        return FutureConverters.asScala(loaded);
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        var _ = saver.save(vaultId(metadata.persistenceId()), (VaultState) snapshot);
        return done();
    }

    /** Retention is {@link VaultSnapshots#proven}'s. */
    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        return done();
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return done();
    }

    @SuppressWarnings("NullAway") // A Future<Void> has no other value than null.
    private static Future<Void> done() {
        return FutureConverters.asScala(CompletableFuture.<Void>completedFuture(null));
    }

    private static VaultId vaultId(String persistenceId) {
        return VaultId.parse(PersistenceId.extractEntityId(persistenceId));
    }
}
