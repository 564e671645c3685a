package io.tinysync.engine.vault.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.GoldenFiles;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class VaultStateFormatTest {

    @Test
    void a_state_is_read_as_it_was_written() throws IOException {
        VaultState state = state();
        VaultState read = read(written(state));

        assertThat(read.tree()).isEqualTo(state.tree());
        assertThat(read.tree().tombstoneCount()).isEqualTo(2);
        assertThat(read.cursor()).isEqualTo(state.cursor());
        assertThat(read.opsFrom()).isEqualTo(state.opsFrom());
        assertThat(read.ops()).isEqualTo(state.ops());
        assertThat(read.requestNumbers()).isEqualTo(state.requestNumbers());
        assertThat(written(read)).isEqualTo(written(state));
    }

    /** States that are stored are read by every later version. */
    @Test
    void a_state_stored_as_version_1_is_read() throws IOException {
        VaultState read = read(GoldenFiles.file("stored-state-1.bin"));

        assertThat(read.tree()).isEqualTo(state().tree());
        assertThat(read.cursor()).isEqualTo(state().cursor());
        assertThat(read.ops()).isEqualTo(state().ops());
        assertThat(read.requestNumbers()).isEqualTo(state().requestNumbers());
    }

    @Test
    void a_state_goes_on_after_it_was_read() throws IOException {
        VaultState before = state();
        VaultEvent.EntryCommitted next = new VaultCore(Limits.DEFAULT).beginEpoch(before, Instant.EPOCH);

        assertThat(read(written(before)).apply(next).cursor())
                .isEqualTo(before.apply(next).cursor());
    }

    @Test
    void a_state_that_was_cut_short_or_changed_is_refused() throws IOException {
        byte[] whole = written(state());
        for (int length : new int[] {0, 1, 10, whole.length / 2, whole.length - 1}) {
            assertThatThrownBy(() -> read(Arrays.copyOf(whole, length))).isInstanceOf(IOException.class);
        }
        byte[] changed = whole.clone();
        changed[whole.length - 5] ^= 1;
        assertThatThrownBy(() -> read(changed)).isInstanceOf(IOException.class);
    }

    /** Any other exception would keep the vault from the state before, which can be read. */
    @Test
    void whatever_byte_is_changed_the_state_is_refused_as_unreadable_or_read() throws IOException {
        byte[] unzipped = new GZIPInputStream(new ByteArrayInputStream(written(state()))).readAllBytes();
        for (int at = 0; at < unzipped.length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] changed = unzipped.clone();
                changed[at] ^= (byte) (1 << bit);
                try {
                    read(zipped(changed));
                } catch (IOException expected) {
                    assertThat(expected).isNotNull();
                }
            }
        }
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void what_is_stored_is_proven_to_be_that_state_and_no_other() throws IOException {
        VaultState state = state();
        byte[] whole = written(state);
        VaultStateFormat.prove(state, new ByteArrayInputStream(whole));

        VaultState moreNumbers = state.withRequestNo(new DeviceId(new UUID(7, 8)), 1);
        VaultState later = state.apply(new VaultCore(Limits.DEFAULT).beginEpoch(state, Instant.EPOCH));
        Entry entry = Json.readLogPage(GoldenFiles.bytes("log-page"), Cursor.START)
                .entries()
                .getFirst();
        Item item = new Item(
                new ItemId(new UUID(9, 9)),
                ItemId.ROOT,
                "another",
                ItemKind.FOLDER,
                null,
                null,
                0755,
                0,
                6,
                6,
                6,
                null);
        VaultState moreItems = state.apply(event(
                state,
                new Entry(6, entry.chain(), 1, null, null, entry.at(), EntryKind.CREATE_FOLDER, entry.scope(), item)));
        for (VaultState other : List.of(moreNumbers, later, moreItems)) {
            assertThatThrownBy(() -> VaultStateFormat.prove(other, new ByteArrayInputStream(whole)))
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() ->
                        VaultStateFormat.prove(state, new ByteArrayInputStream(Arrays.copyOf(whole, whole.length - 1))))
                .isInstanceOf(IOException.class);
    }

    private static byte[] written(VaultState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        VaultStateFormat.write(state, out);
        return out.toByteArray();
    }

    private static VaultState read(byte[] bytes) throws IOException {
        return VaultStateFormat.read(new ByteArrayInputStream(bytes));
    }

    /** Every kind of item, a tombstone with its subtree, further fields of content, request numbers. */
    private static VaultState state() throws IOException {
        LogPage page = Json.readLogPage(GoldenFiles.bytes("log-page"), Cursor.START);
        VaultState state = VaultState.empty(NamePolicy.POSIX);
        for (Entry entry : page.entries().subList(0, 4)) {
            state = state.apply(event(state, entry));
        }
        Item more = Json.read(GoldenFiles.bytes("item-file-more"), Item.class);
        Entry create = page.entries().getFirst();
        Item top = more.placedAt(ItemId.ROOT, more.name(), 5);
        state = state.apply(event(
                state,
                new Entry(5, create.chain(), 1, null, null, create.at(), EntryKind.CREATE_FILE, create.scope(), top)));
        return state.withRequestNo(new DeviceId(new UUID(7, 7)), 1L << 40);
    }

    private static VaultEvent.EntryCommitted event(VaultState state, Entry entry) {
        VaultEvent.Origin origin =
                entry.opId() == null ? null : new VaultEvent.Origin(Sha256.hash(new byte[] {1}), entry.seq());
        return new VaultEvent.EntryCommitted(ChainedEntry.after(state.cursor().chain(), entry), origin);
    }
}
