package io.tinysync.engine.vault.core;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Json;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An entry with the RFC 8785 bytes that its chain covers and that the journal and log pages carry: they are made once. Equal if
 * the entries are.
 */
public final class ChainedEntry {

    private final Entry entry;
    private final byte[] json;

    private ChainedEntry(Entry entry, byte[] json) {
        this.entry = entry;
        this.json = json;
    }

    /** The entry as it continues a history; the chain that it comes with is replaced. */
    public static ChainedEntry after(Chain previous, Entry entry) {
        byte[] head = CanonicalRecords.entryHead(entry);
        byte[] tail = CanonicalRecords.entryTail(entry);
        Chain chain = previous.next(joined(head, new byte[0], tail));
        byte[] member = (",\"chain\":\"" + chain + '"').getBytes(US_ASCII);
        return new ChainedEntry(entry.withChain(chain), joined(head, member, tail));
    }

    private static byte[] joined(byte[] head, byte[] middle, byte[] tail) {
        return ByteBuffer.allocate(head.length + middle.length + tail.length)
                .put(head)
                .put(middle)
                .put(tail)
                .array();
    }

    /**
     * An entry from its canonical JSON, chain included.
     *
     * @throws Json.MalformedException if it is not of the form
     */
    public static ChainedEntry read(byte[] json) throws Json.MalformedException {
        return new ChainedEntry(Json.read(json, Entry.class), json.clone());
    }

    public Entry entry() {
        return entry;
    }

    /** The entry's canonical JSON, chain included; read-only. */
    public ByteBuffer json() {
        return ByteBuffer.wrap(json).asReadOnlyBuffer();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChainedEntry chained && entry.equals(chained.entry);
    }

    @Override
    public int hashCode() {
        return entry.hashCode();
    }

    @Override
    public String toString() {
        return entry.toString();
    }
}
