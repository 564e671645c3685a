package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of a file, folder or symbolic link at one position of the log.
 *
 * @param itemId its identity for ever
 * @param parentItemId the folder it is in; {@link ItemId#ROOT} at the top
 * @param name as given by the device that placed it there
 * @param kind what it is
 * @param content of a file; absent for any other kind
 * @param target of a symbolic link, any text; absent for any other kind
 * @param mode the nine permission bits
 * @param mtimeNs ns since 1970, any value; decides nothing
 * @param version seq of the last change of any sort
 * @param contentVersion seq of the last change of content (of its creation, where it has none)
 * @param placementVersion seq of the last change of name or parent, creation and restore included
 * @param deletedAtSeq the deletion that made it a tombstone; absent while it lives
 */
public record Item(
        ItemId itemId,
        ItemId parentItemId,
        String name,
        ItemKind kind,
        @Nullable Content content,
        @Nullable String target,
        int mode,

        @JsonProperty("mtime")
        @JsonSerialize(using = DecimalString.Write.class)
        @JsonDeserialize(using = DecimalString.Read.class)
        long mtimeNs,

        long version,
        long contentVersion,
        long placementVersion,
        @Nullable Long deletedAtSeq) {

    public Item {
        Require.present(itemId, "item_id");
        Require.present(parentItemId, "parent_item_id");
        Require.present(name, "name");
        Require.present(kind, "kind");
        Require.permissionBits(mode);
        Require.natural(version, "version");
        Require.natural(contentVersion, "content_version");
        Require.natural(placementVersion, "placement_version");
        if (kind == ItemKind.FILE && content == null) {
            throw new IllegalArgumentException("content is missing");
        }
        if (kind == ItemKind.SYMLINK && target == null) {
            throw new IllegalArgumentException("target is missing");
        }
    }

    /** Whether it is not a tombstone. */
    @JsonIgnore
    public boolean isLive() {
        return deletedAtSeq == null;
    }

    public Item placedAt(ItemId newParentItemId, String newName, long seq) {
        return new Item(
                itemId,
                newParentItemId,
                newName,
                kind,
                content,
                target,
                mode,
                mtimeNs,
                seq,
                contentVersion,
                seq,
                deletedAtSeq);
    }

    public Item withContent(Content newContent, int newMode, long newMtimeNs, long seq) {
        return new Item(
                itemId,
                parentItemId,
                name,
                kind,
                newContent,
                target,
                newMode,
                newMtimeNs,
                seq,
                seq,
                placementVersion,
                deletedAtSeq);
    }

    public Item withMetadata(int newMode, long newMtimeNs, long seq) {
        return new Item(
                itemId,
                parentItemId,
                name,
                kind,
                content,
                target,
                newMode,
                newMtimeNs,
                seq,
                contentVersion,
                placementVersion,
                deletedAtSeq);
    }

    /** The tombstone that a deletion at {@code seq} leaves; its content and place stay readable. */
    public Item deletedAt(long seq) {
        return new Item(
                itemId,
                parentItemId,
                name,
                kind,
                content,
                target,
                mode,
                mtimeNs,
                seq,
                contentVersion,
                placementVersion,
                seq);
    }

    /** The live item that a restore at {@code seq} makes of a tombstone; its content version stays, so that an edit can follow. */
    public Item restoredAt(ItemId newParentItemId, String newName, long seq) {
        return new Item(
                itemId, newParentItemId, newName, kind, content, target, mode, mtimeNs, seq, contentVersion, seq, null);
    }
}
