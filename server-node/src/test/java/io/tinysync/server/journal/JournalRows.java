package io.tinysync.server.journal;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.VaultEventSerializer;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.engine.vault.core.StoredEntry;
import io.tinysync.engine.vault.core.VaultEvent;
import io.tinysync.server.postgres.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The journal's rows as the entity of a vault writes them. */
public final class JournalRows {

    /** Of the body of every op here. */
    static final Sha256 OP_HASH = Sha256.hash(new byte[] {1});

    private static final int SERIALIZER = new VaultEventSerializer().identifier();

    private JournalRows() {}

    /** An entry that makes a file in the root, by an op and with a content that are its seq's own. */
    public static ChainedEntry file(Chain before, long seq, String name) {
        Item item = new Item(
                new ItemId(new UUID(7L << 12, seq)),
                ItemId.ROOT,
                name,
                ItemKind.FILE,
                new Content(blob(seq), seq),
                null,
                0644,
                0,
                seq,
                seq,
                seq,
                null);
        Entry entry = new Entry(
                seq,
                Chain.START,
                1,
                new OpId(new UUID(9, seq)),
                new DeviceId(new UUID(8, 8)),
                "2026-01-01T00:00:00Z",
                EntryKind.CREATE_FILE,
                Scope.ITEM,
                item);
        return ChainedEntry.after(before, entry);
    }

    static Sha256 blob(long seq) {
        return Sha256.hash(new byte[] {(byte) seq, (byte) (seq >> 8)});
    }

    /** Adds entries to a vault's journal, all or none. */
    public static void insert(Database database, VaultId vault, List<ChainedEntry> entries) {
        List<Object[]> rows = new ArrayList<>();
        for (ChainedEntry entry : entries) {
            long seq = entry.entry().seq();
            byte[] event = StoredEntry.write(new VaultEvent.EntryCommitted(entry, new VaultEvent.Origin(OP_HASH, seq)));
            rows.add(new Object[] {JournalEntries.key(vault), seq, SERIALIZER, VaultEventSerializer.ENTRY_1, event});
        }
        database.<Boolean>transact(statements -> {
            statements.updateAll("""
                    INSERT INTO event_journal (persistence_id, sequence_number, writer, write_timestamp,
                        adapter_manifest, event_ser_id, event_ser_manifest, event_payload)
                    VALUES (?, ?, 'test', 0, '', ?, ?, ?)""", rows);
            return true;
        });
    }
}
