package io.tinysync.engine.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** RFC 8785, by its own examples where they hold no fractions. */
final class CanonicalJsonTest {

    @Test
    void members_are_sorted_by_their_utf16_code_units() throws Json.MalformedException {
        String input = """
                {"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb33": "Hebrew Letter Dalet With Dagesh",
                 "1": "One", "\\ud83d\\ude00": "Emoji: Grinning Face", "\\u0080": "Control",
                 "\\u00f6": "Latin Small Letter O With Diaeresis"}""";

        assertThat(canonical(input))
                .isEqualTo("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
                        + "\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    @Test
    void strings_are_escaped_as_little_as_can_be() throws Json.MalformedException {
        assertThat(canonical("{\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"}"))
                .isEqualTo("{\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test
    void a_number_beyond_2_to_the_53_or_with_a_fraction_is_refused() {
        assertThatThrownBy(() -> canonical("{\"n\":9007199254740993}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> canonical("{\"n\":0.5}")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_lone_surrogate_is_refused() {
        assertThatThrownBy(() -> canonical("{\"s\":\"\\ud83d\"}")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_op_with_a_lone_surrogate_is_no_op() {
        UUID id = new UUID(1, 1);
        assertThatThrownBy(() -> new Op.CreateSymlink(
                        new OpId(id), new ItemId(id), List.of(), ItemId.ROOT, "link", "to\ud83d", 0777, 0))
                .hasMessage("target holds a lone surrogate at 2");
        assertThatThrownBy(() ->
                        new Op.CreateFolder(new OpId(id), new ItemId(id), List.of(), ItemId.ROOT, "\ude00", 0777, 0))
                .hasMessage("name holds a lone surrogate at 0");
    }

    private static String canonical(String json) throws Json.MalformedException {
        return new String(CanonicalJson.bytes(Json.read(json.getBytes(UTF_8), ObjectNode.class)), UTF_8);
    }
}
