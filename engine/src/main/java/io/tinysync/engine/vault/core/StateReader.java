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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads version 1 of {@link VaultStateFormat}; every value is checked for its type. Used once. */
final class StateReader {

    private final JsonParser in;

    StateReader(JsonParser in) {
        this.in = in;
    }

    VaultState read() throws IOException {
        expect(JsonToken.START_ARRAY);
        mark();
        long version = number();
        if (version != VaultStateFormat.VERSION) {
            throw new StreamCorruptedException(
                    "version is " + version + ", this code knows " + VaultStateFormat.VERSION);
        }
        NamePolicy policy = NamePolicy.valueOf(string());
        Cursor cursor = new Cursor(number(), number(), Chain.parse(string()));
        long minRetainedSeq = number();
        ItemTree tree = ItemTree.of(policy, new Items(), new Items());
        HashMap<OpId, AcceptedOp> ops = ops();
        HashMap<DeviceId, Long> numbers = requestNumbers();
        mark();
        expect(JsonToken.END_ARRAY);
        if (in.nextToken() != null) {
            throw new StreamCorruptedException("there is more behind the end");
        }
        return VaultState.of(tree, cursor, minRetainedSeq, ops, numbers);
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

    private HashMap<OpId, AcceptedOp> ops() throws IOException {
        long count = number();
        HashMap<OpId, AcceptedOp> ops = HashMap.empty();
        for (long i = 0; i < count; i++) {
            ops = ops.put(new OpId(uuid()), new AcceptedOp(number(), Sha256.of(binary())));
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
