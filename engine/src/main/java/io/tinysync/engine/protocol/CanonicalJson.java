package io.tinysync.engine.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON in the one form of RFC 8785: no white space, members sorted by UTF-16 code units, the shortest escapes. Numbers are
 * integers within ±2^53 only, since the protocol has no others; that is the part of the RFC this class leaves out.
 */
public final class CanonicalJson {

    private static final long LARGEST_INTEGER = 1L << 53;
    private static final ObjectMapper MAPPER = mapper();

    private CanonicalJson() {}

    /**
     * The canonical bytes of a node.
     *
     * @throws IllegalArgumentException if it holds a number that is no integer within ±2^53, or a lone surrogate
     */
    public static byte[] bytes(JsonNode node) {
        return utf8(text(node));
    }

    /** As text first: when Jackson writes bytes, it escapes what is outside the BMP. */
    private static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(sorted(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of nodes can always be written", e);
        }
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a string holds a lone surrogate", e);
        }
    }

    private static JsonNode sorted(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> sortedObject((ObjectNode) node);
            case ARRAY -> {
                var array = JsonNodeFactory.instance.arrayNode(node.size());
                node.forEach(element -> array.add(sorted(element)));
                yield array;
            }
            case NUMBER -> {
                if (!node.canConvertToLong()
                        || !node.isIntegralNumber()
                        || Math.abs(node.longValue()) > LARGEST_INTEGER) {
                    throw new IllegalArgumentException("a number must be an integer within ±2^53, not " + node);
                }
                yield node;
            }
            case STRING, BOOLEAN, NULL -> node;
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        };
    }

    private static ObjectNode sortedObject(ObjectNode node) {
        TreeMap<String, JsonNode> members = new TreeMap<>();
        node.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        members.forEach(result::set);
        return result;
    }

    private static ObjectMapper mapper() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.getFactory().setCharacterEscapes(new LowerCaseEscapes());
        return mapper;
    }

    /** Jackson writes control characters with upper-case hex digits; RFC 8785 section 3.2.2.2 wants lower case. */
    private static final class LowerCaseEscapes extends CharacterEscapes {

        private static final long serialVersionUID = 1L;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            for (int c = 0; c < 0x20; c++) {
                if (codes[c] == ESCAPE_STANDARD) {
                    codes[c] = ESCAPE_CUSTOM;
                }
            }
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            // Jackson asks for every character outside ASCII too; those stand as they are.
            return c < 0x20 ? new SerializedString(String.format(Locale.ROOT, "\\u%04x", c)) : null;
        }
    }
}
