package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file holds. Equal hashes are equal contents.
 *
 * @param sha256 of all bytes
 * @param size in bytes, from 0
 * @param more fields that this version does not know, up to 4 KiB and without NUL; kept and returned as they came, so that chunked
 *     forms can follow
 */
public record Content(
        Sha256 sha256,
        long size,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> more) {

    /** The empty file. */
    public static final Content EMPTY = new Content(Sha256.hash(new byte[0]), 0);

    private static final int MAX_MORE_BYTES = 4096;

    public Content {
        Require.present(sha256, "sha256");
        Require.natural(size, "size");
        more = checked(more);
    }

    public Content(Sha256 sha256, long size) {
        this(sha256, size, Map.of());
    }

    /** Whether the bytes are the same, whatever else is said of them. */
    @JsonIgnore
    public boolean sameBytes(@Nullable Content other) {
        return other != null && sha256.equals(other.sha256);
    }

    private static Map<String, JsonNode> checked(@Nullable Map<String, JsonNode> more) {
        if (more == null || more.isEmpty()) {
            return Map.of();
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        more.forEach(node::set);
        int length = CanonicalJson.bytes(node).length;
        if (length > MAX_MORE_BYTES) {
            throw new IllegalArgumentException(
                    "further fields of content are " + length + " bytes, the limit is " + MAX_MORE_BYTES);
        }
        if (hasNul(node)) {
            throw new IllegalArgumentException("further fields of content hold a NUL");
        }
        return Map.copyOf(more);
    }

    /** PostgreSQL reads no JSON with one in it, so an entry that held one could not be indexed. */
    private static boolean hasNul(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue().indexOf(0) >= 0;
        }
        return node.propertyStream().anyMatch(member -> member.getKey().indexOf(0) >= 0)
                || node.valueStream().anyMatch(Content::hasNul);
    }
}
