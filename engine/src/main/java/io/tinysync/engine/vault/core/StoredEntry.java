package io.tinysync.engine.vault.core;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The stored form {@code entry-1} of {@link VaultEvent.EntryCommitted}, one line of JSON:
 *
 * <pre>{@code
 * {"op_hash":"<64 hex digits>","request_no":<number>,"entry":<the entry>}    of an op
 * {"entry":<the entry>}                                                      of the server's own
 * }</pre>
 *
 * with the entry, chain included, as RFC 8785 JSON. The entry comes last, so that it is found without parsing and a log page is
 * copied from stored bytes.
 */
public final class StoredEntry {

    private static final byte[] ENTRY = "\"entry\":".getBytes(US_ASCII);

    /** Room for what stands before an entry. */
    private static final int HEAD_BYTES = 128;

    private StoredEntry() {}

    public static byte[] write(VaultEvent.EntryCommitted event) {
        StringBuilder head = new StringBuilder(HEAD_BYTES).append('{');
        VaultEvent.Origin origin = event.origin();
        if (origin != null) {
            head.append("\"op_hash\":\"").append(origin.opHash()).append("\",\"request_no\":");
            head.append(origin.requestNo()).append(',');
        }
        byte[] before = head.toString().getBytes(US_ASCII);
        ByteBuffer entry = event.chained().json();
        return ByteBuffer.allocate(before.length + ENTRY.length + entry.remaining() + 1)
                .put(before)
                .put(ENTRY)
                .put(entry)
                .put((byte) '}')
                .array();
    }

    /**
     * Reads a stored event.
     *
     * @throws Json.MalformedException if it is not of the form
     */
    public static VaultEvent.EntryCommitted read(byte[] stored) throws Json.MalformedException {
        ByteBuffer entry = entry(stored);
        int headBytes = stored.length - 1 - entry.remaining() - ENTRY.length;
        Origin origin = Json.read(head(stored, headBytes), Origin.class);
        byte[] json = new byte[entry.remaining()];
        entry.get(json);
        return new VaultEvent.EntryCommitted(ChainedEntry.read(json), origin.toEvent());
    }

    /** What stands before the entry, as an object of its own: parsing the entry twice would double the cost of a replay. */
    private static byte[] head(byte[] stored, int length) {
        byte[] head = Arrays.copyOf(stored, Math.max(length, 2));
        head[head.length - 1] = '}';
        return head;
    }

    /**
     * The entry within a stored event: its canonical JSON, chain included, as a log page carries it.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ByteBuffer entry(byte[] stored) {
        for (int start = 1; start < Math.min(stored.length, HEAD_BYTES); start++) {
            if (Arrays.equals(stored, start, Math.min(stored.length, start + ENTRY.length), ENTRY, 0, ENTRY.length)) {
                int from = start + ENTRY.length;
                return ByteBuffer.wrap(stored, from, stored.length - 1 - from).asReadOnlyBuffer();
            }
        }
        throw new IllegalArgumentException("no stored entry: its member \"entry\" is missing");
    }

    /** What stands before the entry. */
    private record Origin(
            @JsonProperty("op_hash") @Nullable Sha256 opHash,
            @JsonProperty("request_no") @Nullable Long requestNo) {

        VaultEvent.@Nullable Origin toEvent() {
            return opHash == null || requestNo == null ? null : new VaultEvent.Origin(opHash, requestNo);
        }
    }
}
