package io.tinysync.engine.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Any int64 as a decimal string, since JSON numbers above 2^53 do not survive every parser (RFC 8259 section 6). */
final class DecimalString {

    private DecimalString() {}

    static final class Write extends JsonSerializer<Long> {
        @Override
        public void serialize(Long value, JsonGenerator generator, SerializerProvider serializers) throws IOException {
            generator.writeString(value.toString());
        }
    }

    static final class Read extends JsonDeserializer<Long> {
        @Override
        public Long deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw context.wrongTokenException(
                        parser, Long.class, JsonToken.VALUE_STRING, "an int64 as a decimal string");
            }
            String text = parser.getText();
            try {
                long value = Long.parseLong(text);
                if (Long.toString(value).equals(text)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Reported below together with the other spellings that are not canonical.
            }
            throw context.weirdStringException(text, Long.class, "not an int64 in its shortest decimal form");
        }
    }
}
