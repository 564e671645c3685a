package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The one mapping between the protocol's records and JSON (RFC 8259): snake_case members, absent instead of null, unknown members
 * ignored, duplicate members and scalars of the wrong type refused, nesting and lengths bounded. Thread-safe.
 */
public final class Json {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_STRING_CHARS = 1 << 20;
    private static final int MAX_NUMBER_CHARS = 32;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING_CHARS)
                            .maxNumberLength(MAX_NUMBER_CHARS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .configure(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION, false)
            .build();

    private Json() {}

    /** JSON that is not of the form asked for; the message is fit for a caller and shows none of the input beyond a value. */
    public static final class MalformedException extends IOException {
        private static final long serialVersionUID = 1L;

        MalformedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The compact JSON of a record of this package. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot be written as JSON: " + value.getClass().getSimpleName(), e);
        }
    }

    /** Reads one document. */
    public static <T> T read(byte[] json, Class<T> type) throws MalformedException {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new MalformedException("the document is null", new IOException());
            }
            return value;
        } catch (MalformedException e) {
            throw e;
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** A record as a tree of nodes, members in the record's order. */
    public static ObjectNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** RFC 8785 JSON of a record. */
    public static byte[] canonical(Object value) {
        return CanonicalJson.bytes(tree(value));
    }

    /** The same entry with the chain that follows {@code previous}. */
    public static Entry chained(Entry entry, Chain previous) {
        return entry.withChain(previous.next(tree(entry)));
    }

    /**
     * Reads a log page and checks that its entries continue the history at {@code after}: each seq is one above the last, and each
     * chain follows from the one before and the entry as it was sent, members unknown here included.
     *
     * @throws MalformedException if the page is not of the form, or does not continue that history
     */
    public static LogPage readLogPage(byte[] json, Cursor after) throws MalformedException {
        ObjectNode page = read(json, ObjectNode.class);
        List<Entry> entries = new ArrayList<>();
        Cursor cursor = after;
        for (JsonNode node : page.path("entries")) {
            if (!(node instanceof ObjectNode object)) {
                throw new MalformedException("an entry must be an object", new IOException());
            }
            Entry entry = convert(object, Entry.class);
            if (entry.seq() != cursor.seq() + 1
                    || !entry.chain().equals(cursor.chain().next(object))) {
                throw new MalformedException(
                        "entry " + entry.seq() + " does not continue the history at " + cursor.seq(),
                        new IOException());
            }
            entries.add(entry);
            cursor = entry.cursor();
        }
        LogPage head = convert(page, LogPage.class);
        return new LogPage(head.epoch(), head.headSeq(), head.minRetainedSeq(), entries);
    }

    private static <T> T convert(ObjectNode node, Class<T> type) throws MalformedException {
        try {
            return MAPPER.treeToValue(node, type);
        } catch (IOException | IllegalArgumentException e) {
            throw malformed(e);
        }
    }

    private static MalformedException malformed(Exception e) {
        if (e instanceof ValueInstantiationException invalid
                && invalid.getCause() instanceof IllegalArgumentException cause) {
            return new MalformedException(String.valueOf(cause.getMessage()), e);
        }
        if (e instanceof JsonProcessingException json) {
            return new MalformedException(json.getOriginalMessage(), e);
        }
        return new MalformedException(String.valueOf(e.getMessage()), e);
    }
}
