package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** What a mutation's author had seen of the item: a number or {@code {"op": op_id}} on the wire. */
public sealed interface Base {

    /** The item's version of the kind in question, as a seq. */
    record AtSeq(long seq) implements Base {
        public AtSeq {
            Require.natural(seq, "base");
        }
    }

    /** The item's version of the kind in question as it stood after an earlier op of the same device, which must have been accepted. */
    record AfterOp(OpId opId) implements Base {
        public AfterOp {
            Require.present(opId, "op");
        }
    }

    static Base at(long seq) {
        return new AtSeq(seq);
    }

    static Base after(OpId opId) {
        return new AfterOp(opId);
    }

    @JsonCreator
    static Base fromJson(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return new AtSeq(node.longValue());
        }
        if (node.isObject() && node.size() == 1 && node.path("op").isTextual()) {
            return new AfterOp(OpId.parse(node.path("op").textValue()));
        }
        throw new IllegalArgumentException("a base is a seq or {\"op\": op_id}");
    }

    @JsonValue
    default JsonNode toJson() {
        return switch (this) {
            case AtSeq(long seq) -> JsonNodeFactory.instance.numberNode(seq);
            case AfterOp(OpId opId) -> JsonNodeFactory.instance.objectNode().put("op", opId.toString());
        };
    }
}
