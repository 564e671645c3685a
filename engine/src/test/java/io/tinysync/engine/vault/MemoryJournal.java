package io.tinysync.engine.vault;

import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.apache.pekko.util.ByteString;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/** Pekko's journal plugin over {@link JournalTable}; events go through the product's own stored form. */
public final class MemoryJournal extends AsyncWriteJournal {

    private static final VaultEventSerializer SERIALIZER = new VaultEventSerializer();

    private final JournalTable table = context()
            .system()
            .settings()
            .setup()
            .get(JournalTable.InSetup.class)
            .orElseThrow()
            .table;

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> writes) {
        CompletionStage<Boolean> all = CompletableFuture.completedFuture(true);
        List<Optional<Exception>> accepted = new ArrayList<>();
        for (AtomicWrite write : writes) {
            Map<Long, ByteString> rows = new TreeMap<>();
            for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
                rows.put(event.sequenceNr(), ByteString.fromArrayUnsafe(SERIALIZER.toBinary(event.payload())));
            }
            accepted.add(Optional.empty());
            all = all.thenCompose(ignored -> table.insert(write.persistenceId(), rows));
        }
        return FutureConverters.asScala(all.thenApply(ignored -> accepted));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
        table.rows(persistenceId, from, to).forEach((seq, stored) -> replay.accept(event(persistenceId, seq, stored)));
        return done();
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long from) {
        return FutureConverters.asScala(CompletableFuture.completedFuture(table.highest(persistenceId)));
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long to) {
        throw new UnsupportedOperationException("no event of a vault is ever deleted");
    }

    private static PersistentRepr event(String persistenceId, long seq, ByteString stored) {
        try {
            Object event = SERIALIZER.fromBinary(stored.toArrayUnsafe(), VaultEventSerializer.ENTRY_1);
            return PersistentRepr.apply(
                    event, seq, persistenceId, "", false, org.apache.pekko.actor.ActorRef.noSender(), "test");
        } catch (NotSerializableException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Future<Void> done() {
        return FutureConverters.asScala(CompletableFuture.runAsync(() -> {}, Runnable::run));
    }
}
