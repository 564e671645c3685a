package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.vault.core.StoredEntry;
import io.tinysync.engine.vault.core.VaultEvent;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** The stored form of the journal's events, by manifest; see {@link StoredEntry}. A manifest, once written, is read for ever. */
public final class VaultEventSerializer extends SerializerWithStringManifest {

    /** {@link StoredEntry}, the only form so far. */
    public static final String ENTRY_1 = "entry-1";

    /** Stored with every event: never to change. */
    private static final int IDENTIFIER = 742001;

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object event) {
        return ENTRY_1;
    }

    @Override
    public byte[] toBinary(Object event) {
        return StoredEntry.write((VaultEvent.EntryCommitted) event);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        if (!manifest.equals(ENTRY_1)) {
            throw new NotSerializableException("the journal holds an event of the unknown form " + manifest);
        }
        try {
            return StoredEntry.read(bytes);
        } catch (Json.MalformedException e) {
            NotSerializableException broken =
                    new NotSerializableException("a stored entry is broken: " + e.getMessage());
            broken.initCause(e);
            throw broken;
        }
    }
}
