package io.tinysync.server.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.vault.core.StoredEntry;
import java.nio.ByteBuffer;

/** The entry in a stored event of the journal. */
final class EntryJson {

    private EntryJson() {}

    /** Its JSON exactly as it stands in the journal: the bytes that the chain covers. */
    static byte[] bytes(byte[] event) {
        ByteBuffer entry = StoredEntry.entry(event);
        byte[] bytes = new byte[entry.remaining()];
        entry.get(bytes);
        return bytes;
    }

    /** The same as a tree of nodes. */
    static ObjectNode parsed(byte[] event) {
        try {
            return Json.read(bytes(event), ObjectNode.class);
        } catch (Json.MalformedException e) {
            throw new IllegalStateException("an entry of the journal is not JSON", e);
        }
    }
}
