package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import org.jspecify.annotations.Nullable;

/**
 * An item as this device shows it. Whether a file's bytes are here is the content store's to say.
 *
 * @param itemId its identity; an id that was merged away resolves to the item that took its place
 * @param parentItemId the folder it is in; {@link ItemId#ROOT} at the top, and for the root itself
 * @param name in that folder; empty for the root
 * @param kind what it is
 * @param content of a file; absent for other kinds, and for a new file to which nothing was written yet
 * @param target of a symbolic link
 * @param mode the nine permission bits
 * @param mtimeNs ns since 1970
 * @param state what it waits for
 * @param bytes what its writer makes, or what is held of it; absent while it has no writer and nothing is held
 */
public record LocalItem(
        ItemId itemId,
        ItemId parentItemId,
        String name,
        ItemKind kind,
        @Nullable Content content,
        @Nullable String target,
        int mode,
        long mtimeNs,
        LocalState state,
        @Nullable BytesId bytes) {

    /** Whether it can have children. */
    public boolean isFolder() {
        return kind == ItemKind.FOLDER;
    }

    /** Where it is. */
    public Place place() {
        return new Place(parentItemId, name);
    }
}
