package io.tinysync.simulation;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the programs that have one inode open know of it: the bytes that they would read, and on what the next save is based. */
final class Paper {

    /** Of the item that it belongs to; another's after it was renamed over that. */
    ItemId itemId;

    final String name;
    byte[] bytes;
    /** What was recorded last, or shown when it was opened; absent for a new file. */
    @Nullable
    Content content;
    /** Contents that its present writers had seen. */
    final Set<Sha256> seen = new HashSet<>();
    /** Contents that a close or fsync was to record, whatever the program was told. */
    final Set<Sha256> begun = new HashSet<>();

    boolean dirty;
    /** Whether nothing is known of what is in it: recovered after an unclean stop. */
    final boolean held;
    /** Whether it was deleted or replaced while it was open. */
    boolean nameless;

    int writers;
    int handles;

    Paper(ItemId itemId, String name, byte[] bytes, @Nullable Content content, boolean held) {
        this.itemId = itemId;
        this.name = name;
        this.bytes = bytes;
        this.content = content;
        this.held = held;
    }

    void write(int offset, byte[] from) {
        byte[] longer = Arrays.copyOf(bytes, Math.max(bytes.length, offset + from.length));
        System.arraycopy(from, 0, longer, offset, from.length);
        bytes = longer;
        dirty = true;
    }

    void resize(int size) {
        if (size != bytes.length) {
            bytes = Arrays.copyOf(bytes, size);
            dirty = true;
        }
    }

    Content asContent() {
        return new Content(Sha256.hash(bytes), bytes.length);
    }
}
