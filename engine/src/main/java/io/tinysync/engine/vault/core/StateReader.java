package io.tinysync.engine.vault.core;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.ItemTree;
import io.vavr.collection.HashMap;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads versions 1 and 2 of {@link VaultStateFormat}; every value is checked for its type. Used once. */
final class StateReader {

    /** The first version: with min_retained_seq in the head, with all ops, in no order. */
    private static final int VERSION_1 = 1;

    /** What the items that are read become. */
    @FunctionalInterface
    interface Trees {
        ItemTree of(NamePolicy policy, Iterator<Item> live, Iterator<Item> tombstones);
    }

    private final JsonParser in;
    private final Trees trees;

    StateReader(JsonParser in, Trees trees) {
        this.in = in;
        this.trees = trees;
    }

    VaultState read() throws IOException {
        expect(JsonToken.START_ARRAY);
        mark();
        long version = number();
        if (version != VERSION_1 && version != VaultStateFormat.VERSION) {
            throw new StreamCorruptedException(
                    "version is " + version + ", this code knows " + VERSION_1 + " and " + VaultStateFormat.VERSION);
        }
        NamePolicy policy = NamePolicy.valueOf(string());
        Cursor cursor = new Cursor(number(), number(), Chain.parse(string()));
        if (version == VERSION_1) {
            number();
        }
        ItemTree tree = trees.of(policy, new Items(), new Items());
        RecentOps ops = ops(version == VERSION_1 ? 1 : number());
        HashMap<DeviceId, Long> numbers = requestNumbers();
        mark();
        expect(JsonToken.END_ARRAY);
        if (in.nextToken() != null) {
            throw new StreamCorruptedException("there is more behind the end");
        }
        return VaultState.of(tree, cursor, ops, numbers);
    }

    /** The items that follow, read as they are asked for: the number of them comes first. */
    private final class Items implements Iterator<Item> {

        private long left = -1;

        @Override
        public boolean hasNext() {
            try {
                left = left < 0 ? number() : left;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return left > 0;
        }

        @Override
        public Item next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            left--;
            try {
                return item();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Item item() throws IOException {
        return new Item(
                new ItemId(uuid()),
                new ItemId(uuid()),
                string(),
                ItemKind.valueOf(string()),
                content(),
                nullableString(),
                (int) number(),
                number(),
                number(),
                number(),
                number(),
                nullableNumber());
    }

    private @Nullable Content content() throws IOException {
        if (in.nextToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        Sha256 hash = Sha256.of(current(JsonToken.VALUE_EMBEDDED_OBJECT).getBinaryValue());
        long size = number();
        return in.nextToken() == JsonToken.VALUE_NULL ? new Content(hash, size) : new Content(hash, size, more());
    }

    private Map<String, JsonNode> more() throws IOException {
        byte[] json = current(JsonToken.VALUE_EMBEDDED_OBJECT).getBinaryValue();
        Map<String, JsonNode> members = new java.util.HashMap<>();
        Json.read(json, ObjectNode.class)
                .properties()
                .forEach(member -> members.put(member.getKey(), member.getValue()));
        return members;
    }

    private RecentOps ops(long fromSeq) throws IOException {
        long count = number();
        TreeMap<Long, OpId> order = new TreeMap<>();
        Map<OpId, AcceptedOp> byId = new java.util.HashMap<>();
        for (long i = 0; i < count; i++) {
            OpId id = new OpId(uuid());
            AcceptedOp op = new AcceptedOp(number(), Sha256.of(binary()));
            order.put(op.seq(), id);
            byId.put(id, op);
        }
        RecentOps ops = RecentOps.from(fromSeq);
        for (OpId id : order.values()) {
            ops = ops.with(id, Objects.requireNonNull(byId.get(id)));
        }
        return ops;
    }

    private HashMap<DeviceId, Long> requestNumbers() throws IOException {
        long count = number();
        HashMap<DeviceId, Long> numbers = HashMap.empty();
        for (long i = 0; i < count; i++) {
            numbers = numbers.put(new DeviceId(uuid()), number());
        }
        return numbers;
    }

    private void mark() throws IOException {
        String text = string();
        if (!text.equals(VaultStateFormat.NAME)) {
            throw new StreamCorruptedException("'" + text + "' is where " + VaultStateFormat.NAME + " must be");
        }
    }

    private UUID uuid() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(binary());
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    private byte[] binary() throws IOException {
        return expect(JsonToken.VALUE_EMBEDDED_OBJECT).getBinaryValue();
    }

    private String string() throws IOException {
        return expect(JsonToken.VALUE_STRING).getText();
    }

    private @Nullable String nullableString() throws IOException {
        return in.nextToken() == JsonToken.VALUE_NULL
                ? null
                : current(JsonToken.VALUE_STRING).getText();
    }

    private long number() throws IOException {
        return expect(JsonToken.VALUE_NUMBER_INT).getLongValue();
    }

    private @Nullable Long nullableNumber() throws IOException {
        return in.nextToken() == JsonToken.VALUE_NULL
                ? null
                : (Long) current(JsonToken.VALUE_NUMBER_INT).getLongValue();
    }

    private JsonParser expect(JsonToken token) throws IOException {
        in.nextToken();
        return current(token);
    }

    private JsonParser current(JsonToken token) throws IOException {
        if (in.currentToken() != token) {
            throw new StreamCorruptedException(in.currentToken() + " is where " + token + " must be");
        }
        return in;
    }
}
