package io.tinysync.client.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How the values of the protocol stand in columns: ids and hashes as bytes, so that their order is that of their bytes. */
final class Columns {

    private Columns() {}

    static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    static byte[] bytes(ItemId itemId) {
        return bytes(itemId.value());
    }

    static ItemId itemId(byte[] bytes) {
        return new ItemId(uuid(bytes));
    }

    static OpId opId(byte[] bytes) {
        return new OpId(uuid(bytes));
    }

    private static UUID uuid(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    static byte @Nullable [] sha256(@Nullable Content content) {
        return content == null ? null : content.sha256().toBytes();
    }

    static @Nullable Long size(@Nullable Content content) {
        return content == null ? null : content.size();
    }

    /** The content's further fields as a JSON object; null where there are none, which is nearly always. */
    static @Nullable String more(@Nullable Content content) {
        return content == null || content.more().isEmpty() ? null : json(content.more());
    }

    /** The content in the columns {@code sha256}, {@code size} and {@code content_more}, the first of which has this number. */
    static @Nullable Content content(ResultSet row, int column) throws SQLException {
        byte[] sha256 = row.getBytes(column);
        if (sha256 == null) {
            return null;
        }
        String more = row.getString(column + 2);
        return new Content(Sha256.of(sha256), row.getLong(column + 1), more == null ? Map.of() : readMore(more));
    }

    private static Map<String, JsonNode> readMore(String json) throws SQLException {
        Map<String, JsonNode> more = new HashMap<>();
        read(json, ObjectNode.class).properties().forEach(field -> more.put(field.getKey(), field.getValue()));
        return more;
    }

    static String json(Object value) {
        return new String(Json.write(value), StandardCharsets.UTF_8);
    }

    static <T> T read(String json, Class<T> type) throws SQLException {
        try {
            return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
        } catch (Json.MalformedException e) {
            throw new SQLException("a stored " + type.getSimpleName() + " is not readable: " + e.getMessage(), e);
        }
    }

    static @Nullable Long nullableLong(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
