package io.tinysync.client.content;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a program brought to stable storage in a file too big for its hash as a whole to be taken then: what would have been
 * recorded, with the hashes of its leaves in the place of that hash.
 *
 * @param itemId whose bytes they are
 * @param sizeBytes the file's length
 * @param leaves the hashes of its 1 MiB pieces, in order
 * @param mtimeNs of the last write, in ns since 1970
 * @param seen what the writers had seen; absent where the file was new
 * @param recorded the content that the item's record named; absent where it named none
 */
public record ForcedBytes(
        ItemId itemId,
        long sizeBytes,
        List<Sha256> leaves,
        long mtimeNs,
        @Nullable Sha256 seen,
        @Nullable Sha256 recorded) {

    public ForcedBytes {
        leaves = List.copyOf(leaves);
    }

    /** Whether nothing else of its item was recorded since; {@code content} is what an item's record names. */
    public boolean followsOn(ItemId item, @Nullable Content content) {
        return item.equals(itemId)
                && (content == null ? recorded == null : content.sha256().equals(recorded));
    }
}
