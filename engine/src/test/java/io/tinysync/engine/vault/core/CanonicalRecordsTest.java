package io.tinysync.engine.vault.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.GoldenFiles;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick writer gives the bytes of the general one, which the chain and the devices go by. */
final class CanonicalRecordsTest {

    static List<String> ops() {
        return GoldenFiles.names("op-");
    }

    static List<String> items() {
        return GoldenFiles.names("item-");
    }

    @ParameterizedTest
    @MethodSource("ops")
    void an_op_is_written_as_by_the_general_writer(String name) throws Json.MalformedException {
        Op op = Json.read(GoldenFiles.bytes(name), Op.class);

        assertThat(CanonicalRecords.op(op)).asString().isEqualTo(new String(Json.canonical(op), UTF_8));
    }

    @ParameterizedTest
    @MethodSource("items")
    void an_entry_is_written_as_by_the_general_writer(String name) throws Json.MalformedException {
        Item item = Json.read(GoldenFiles.bytes(name), Item.class);
        assertSame(entry(new OpId(new UUID(1, 2)), item));
        assertSame(entry(null, item));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "\"\\/", "\b\f\n\r\t", "\u0000\u0001\u001f\u007f\u0080", "é ß 漢 \u2028 😀 \uffff"})
    void a_string_is_written_as_by_the_general_writer(String text) throws Json.MalformedException {
        Item link = Json.read(GoldenFiles.bytes("item-symlink"), Item.class);
        assertSame(entry(null, link.placedAt(link.parentItemId(), text, 9)));
    }

    private static Entry entry(@Nullable OpId opId, Item item) {
        return new Entry(7, Chain.START, 2, opId, null, "2026-01-01T00:00:00Z", EntryKind.RESTORE, Scope.ITEM, item);
    }

    private static void assertSame(Entry entry) {
        Chain previous = new Chain(3, 4);
        ChainedEntry chained = ChainedEntry.after(previous, entry);

        Entry expected = Json.chained(entry, previous);
        assertThat(chained.entry()).isEqualTo(expected);
        assertThat(UTF_8.decode(chained.json()).toString()).isEqualTo(new String(Json.canonical(expected), UTF_8));
    }
}
