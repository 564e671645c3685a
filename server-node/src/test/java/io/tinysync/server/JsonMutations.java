package io.tinysync.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** JSON that is broken in one place or another. */
final class JsonMutations {

    /** A string, a number or a word. */
    private static final Pattern SCALAR = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9]+|true|false|null");

    private static final List<String> OTHERS = List.of(
            "null",
            "true",
            "[]",
            "{}",
            "\"\"",
            "-1",
            "0.5",
            "-0",
            "1e400",
            "1e-400",
            "9007199254740992",
            "9223372036854775807",
            "9223372036854775808",
            "1" + "0".repeat(5_000),
            "1e999999999",
            "NaN",
            "Infinity",
            "0x10",
            "01",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "\"\\uZZZZ\"",
            "\"\\q\"",
            "\"../../etc/passwd\"",
            "\"" + "x".repeat(100_000) + "\"",
            "\"\u202e\u0000\u0001\"",
            "{\"op\":{\"op\":{\"op\":1}}}",
            "[[[[[[[[[[]]]]]]]]]]",
            "[".repeat(2_000) + "]".repeat(2_000),
            "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000),
            "'single'",
            "/* comment */ 1",
            "1,",
            "");

    private static final List<byte[]> BAD_UTF8 = List.of(
            new byte[] {(byte) 0xFF},
            new byte[] {(byte) 0xC0, (byte) 0x80},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            new byte[] {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
            new byte[] {(byte) 0xE2, (byte) 0x82},
            new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
            new byte[] {0});

    private JsonMutations() {}

    static byte[] mutated(String json, Random random) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> bytes(withOtherScalar(json, random));
            case 4 -> bytes(withMemberTwice(json));
            case 5 -> withBadUtf8(bytes(json), random);
            case 6 -> bytes(json.substring(0, random.nextInt(json.length() + 1)));
            case 7 -> bytes(json + pick(List.of("]", "}", "{}", "\0", ",", json), random));
            case 8 -> json.getBytes(pick(List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE), random));
            default ->
                bytes(pick(
                        List.of(
                                "",
                                "null",
                                "[]",
                                "\"" + json.replace("\"", "'") + "\"",
                                "[" + json + "]",
                                "[".repeat(200_000),
                                "{\"a\":".repeat(100_000),
                                "1".repeat(300_000),
                                "\"" + "a".repeat(2_000_000) + "\""),
                        random));
        };
    }

    private static String withOtherScalar(String json, Random random) {
        List<MatchResult> scalars = SCALAR.matcher(json).results().toList();
        if (scalars.isEmpty()) {
            return pick(OTHERS, random);
        }
        MatchResult one = scalars.get(random.nextInt(scalars.size()));
        return json.substring(0, one.start()) + pick(OTHERS, random) + json.substring(one.end());
    }

    private static String withMemberTwice(String json) {
        int end = json.lastIndexOf('}');
        return json.startsWith("{") && end > 1 ? json.substring(0, end) + "," + json.substring(1) : json;
    }

    private static byte[] withBadUtf8(byte[] json, Random random) {
        int at = random.nextInt(json.length + 1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(json, 0, at);
        bytes.writeBytes(pick(BAD_UTF8, random));
        bytes.write(json, at, json.length - at);
        return bytes.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static <T> T pick(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }
}
