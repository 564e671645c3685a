package io.tinysync.engine.device.core;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * What a program did to an item, and what it had seen. An observation: it names contents and places, never versions, so that it
 * can be decided anew on a tree that has changed, or on another history. Written by {@code protocol.Json}; stored in the local
 * store, so members are only ever added.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Intent.Create.class, name = "create"),
    @JsonSubTypes.Type(value = Intent.Update.class, name = "update"),
    @JsonSubTypes.Type(value = Intent.Move.class, name = "move"),
    @JsonSubTypes.Type(value = Intent.SetMetadata.class, name = "set_metadata"),
    @JsonSubTypes.Type(value = Intent.Delete.class, name = "delete"),
    @JsonSubTypes.Type(value = Intent.Restore.class, name = "restore"),
})
public sealed interface Intent {

    /** The item it is about. */
    ItemId itemId();

    /** The file content that it gives the item; absent where it gives none. */
    @JsonIgnore
    default @Nullable Content gives() {
        return switch (this) {
            case Create create -> create.content();
            case Update update -> update.content();
            case Move _, SetMetadata _, Delete _, Restore _ -> null;
        };
    }

    /**
     * A new item. Files have content, links have a target.
     *
     * @param acknowledged whether a server had acknowledged it, on a history that is lost: it is sent again, unless the new history
     *     has deleted that very content
     */
    record Create(
            ItemId itemId,
            ItemId parentItemId,
            String name,
            ItemKind itemKind,
            @Nullable Content content,
            @Nullable String target,
            int mode,
            long mtimeNs,
            boolean acknowledged)
            implements Intent {

        public Create(
                ItemId itemId,
                ItemId parentItemId,
                String name,
                ItemKind itemKind,
                @Nullable Content content,
                @Nullable String target,
                int mode,
                long mtimeNs) {
            this(itemId, parentItemId, name, itemKind, content, target, mode, mtimeNs, false);
        }

        Create at(ItemId newItemId, Place place) {
            return new Create(
                    newItemId,
                    place.parentItemId(),
                    place.name(),
                    itemKind,
                    content,
                    target,
                    mode,
                    mtimeNs,
                    acknowledged);
        }

        Create unacknowledged() {
            return new Create(itemId, parentItemId, name, itemKind, content, target, mode, mtimeNs);
        }

        Create with(@Nullable Integer newMode, @Nullable Long newMtimeNs) {
            return new Create(
                    itemId,
                    parentItemId,
                    name,
                    itemKind,
                    content,
                    target,
                    newMode == null ? mode : newMode,
                    newMtimeNs == null ? mtimeNs : newMtimeNs,
                    acknowledged);
        }
    }

    /**
     * A file's new content, by a writer that had seen the content {@code seen}.
     *
     * @param acknowledged as in {@link Create}: every device that followed the lost history may bring the same
     */
    record Update(ItemId itemId, Content content, int mode, long mtimeNs, Sha256 seen, boolean acknowledged)
            implements Intent {

        public Update(ItemId itemId, Content content, int mode, long mtimeNs, Sha256 seen) {
            this(itemId, content, mode, mtimeNs, seen, false);
        }
    }

    /**
     * Another name or folder, by a program that saw the item at {@code from}.
     *
     * @param content of a file, as it was then; absent for other kinds
     */
    record Move(
            ItemId itemId, Place from, Place to, @Nullable Content content) implements Intent {

        public Move(ItemId itemId, Place from, Place to) {
            this(itemId, from, to, null);
        }
    }

    /** A new mode, mtime or both; {@code seen} is the file's content then, absent for folders and links. */
    record SetMetadata(
            ItemId itemId,
            @Nullable Integer mode,
            @Nullable Long mtimeNs,
            @Nullable Sha256 seen) implements Intent {}

    /** The removal of a file, a link or an empty folder that was at {@code from}; {@code seen} as in {@link SetMetadata}. */
    record Delete(ItemId itemId, Place from, @Nullable Sha256 seen) implements Intent {}

    /**
     * Brings back a tombstone that other pending work needs, with {@code subtree} all that went with it; derived from that work
     * and never an act of its own.
     */
    record Restore(ItemId itemId, Place to, boolean subtree) implements Intent {}
}
