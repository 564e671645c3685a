package io.tinysync.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.util.List;
import java.util.stream.IntStream;

/** The few contents that devices write in histories, so that a content is often there already, and sometimes not. */
final class Palette {

    private static final List<byte[]> BYTES = IntStream.range(0, 8)
            .mapToObj(i -> ("content " + i).getBytes(UTF_8))
            .toList();

    static final List<Content> CONTENTS = BYTES.stream()
            .map(bytes -> new Content(Sha256.hash(bytes), bytes.length))
            .toList();

    private Palette() {}

    static byte[] bytes(Sha256 sha256) {
        return BYTES.stream()
                .filter(bytes -> Sha256.hash(bytes).equals(sha256))
                .findFirst()
                .orElseThrow();
    }
}
