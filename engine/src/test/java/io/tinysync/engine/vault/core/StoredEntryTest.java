package io.tinysync.engine.vault.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.GoldenFiles;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What journals hold: these bytes are read for ever, and written as they stand. */
final class StoredEntryTest {

    static List<String> stored() {
        return GoldenFiles.names("stored-entry-1");
    }

    @ParameterizedTest
    @MethodSource("stored")
    void a_stored_event_is_read_and_written_to_the_same_bytes(String name) throws Json.MalformedException {
        byte[] golden = GoldenFiles.bytes(name);

        assertThat(StoredEntry.write(StoredEntry.read(golden))).asString().isEqualTo(new String(golden, UTF_8));
    }

    @ParameterizedTest
    @MethodSource("stored")
    void an_entry_is_cut_from_stored_bytes_as_a_page_carries_it(String name) throws Json.MalformedException {
        byte[] golden = GoldenFiles.bytes(name);
        String cut = UTF_8.decode(StoredEntry.entry(golden)).toString();

        Entry entry = StoredEntry.read(golden).entry();
        assertThat(cut).isEqualTo(new String(Json.canonical(entry), UTF_8));
    }

    @Test
    void an_event_made_now_is_stored_as_the_file_has_it() throws Json.MalformedException {
        Entry entry = Json.read(GoldenFiles.bytes("entry-item"), Entry.class);
        Op op = Json.read(GoldenFiles.bytes("op-create-file"), Op.class);
        VaultEvent.Origin origin = new VaultEvent.Origin(Sha256.hash(CanonicalRecords.op(op)), 17);
        ChainedEntry chained = ChainedEntry.after(Chain.START, entry);

        byte[] stored = StoredEntry.write(new VaultEvent.EntryCommitted(chained, origin));

        assertThat(stored).asString().isEqualTo(new String(GoldenFiles.bytes("stored-entry-1"), UTF_8));
    }

    @Test
    void what_is_no_stored_event_is_refused() {
        assertThatThrownBy(() -> StoredEntry.read("{\"other\":1}".getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StoredEntry.read("{\"entry\":{}}".getBytes(UTF_8)))
                .isInstanceOf(Json.MalformedException.class);
    }
}
