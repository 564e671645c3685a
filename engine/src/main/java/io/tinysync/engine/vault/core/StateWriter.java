package io.tinysync.engine.vault.core;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tinysync.engine.protocol.CanonicalJson;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.ItemTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes version 2 of {@link VaultStateFormat}. Ids are 16 bytes, hashes 32, absent values null. Used once. */
final class StateWriter {

    private final JsonGenerator out;

    StateWriter(JsonGenerator out) {
        this.out = out;
    }

    void write(VaultState state) throws IOException {
        ItemTree tree = state.tree();
        out.writeStartArray();
        out.writeString(VaultStateFormat.NAME);
        out.writeNumber(VaultStateFormat.VERSION);
        head(state);
        items(tree.liveCount(), tree.liveItems());
        items(tree.tombstoneCount(), tree.tombstones());
        ops(state.ops());
        out.writeNumber(state.requestNumbers().size());
        for (var number : state.requestNumbers()) {
            uuid(number._1().value());
            out.writeNumber(number._2());
        }
        out.writeString(VaultStateFormat.NAME);
        out.writeEndArray();
    }

    /** The seq from which on they are all, their count, and the ops by seq. */
    private void ops(RecentOps ops) throws IOException {
        out.writeNumber(ops.fromSeq());
        out.writeNumber(ops.size());
        for (OpId id : ops.order()) {
            AcceptedOp op = ops.byId().get(id).get();
            uuid(id.value());
            out.writeNumber(op.seq());
            hash(op.opHash());
        }
    }

    /** Name policy, epoch, seq, chain. */
    private void head(VaultState state) throws IOException {
        Cursor cursor = state.cursor();
        out.writeString(state.tree().policy().name());
        out.writeNumber(cursor.epoch());
        out.writeNumber(cursor.seq());
        out.writeString(cursor.chain().toString());
    }

    private void items(long count, Iterator<Item> items) throws IOException {
        out.writeNumber(count);
        while (items.hasNext()) {
            item(items.next());
        }
    }

    /** The members of the record in its order. */
    private void item(Item item) throws IOException {
        uuid(item.itemId().value());
        uuid(item.parentItemId().value());
        out.writeString(item.name());
        out.writeString(item.kind().name());
        content(item.content());
        if (item.target() == null) {
            out.writeNull();
        } else {
            out.writeString(item.target());
        }
        out.writeNumber(item.mode());
        out.writeNumber(item.mtimeNs());
        out.writeNumber(item.version());
        out.writeNumber(item.contentVersion());
        out.writeNumber(item.placementVersion());
        if (item.deletedAtSeq() == null) {
            out.writeNull();
        } else {
            out.writeNumber(item.deletedAtSeq());
        }
    }

    /** Hash, size and, as JSON or null, what else the content has; a single null for none. */
    private void content(@Nullable Content content) throws IOException {
        if (content == null) {
            out.writeNull();
            return;
        }
        hash(content.sha256());
        out.writeNumber(content.size());
        if (content.more().isEmpty()) {
            out.writeNull();
        } else {
            out.writeBinary(CanonicalJson.bytes(object(content.more())));
        }
    }

    private static ObjectNode object(Map<String, JsonNode> members) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        members.forEach(node::set);
        return node;
    }

    private void uuid(UUID uuid) throws IOException {
        out.writeBinary(ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array());
    }

    private void hash(Sha256 hash) throws IOException {
        out.writeBinary(hash.toBytes());
    }
}
