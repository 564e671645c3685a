package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mutation that a device requests. It takes effect once however often it is sent, and only if its precondition (its base, the
 * presence of what it names, the name's freedom) holds when the vault evaluates it.
 *
 * <p>{@code requires} names earlier ops of the same device: if one of them was not accepted, this one is
 * {@link RejectionCode#DEPENDENCY_REJECTED} and not evaluated. At most {@link Limits#MAX_REQUIRES}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Op.CreateFile.class, name = "create_file"),
    @JsonSubTypes.Type(value = Op.CreateFolder.class, name = "create_folder"),
    @JsonSubTypes.Type(value = Op.CreateSymlink.class, name = "create_symlink"),
    @JsonSubTypes.Type(value = Op.UpdateContent.class, name = "update_content"),
    @JsonSubTypes.Type(value = Op.MoveRename.class, name = "move_rename"),
    @JsonSubTypes.Type(value = Op.SetMetadata.class, name = "set_metadata"),
    @JsonSubTypes.Type(value = Op.Delete.class, name = "delete"),
    @JsonSubTypes.Type(value = Op.DeleteSubtree.class, name = "delete_subtree"),
    @JsonSubTypes.Type(value = Op.Restore.class, name = "restore"),
})
public sealed interface Op {

    /** The content that the op gives its item; empty if it gives none. */
    default Optional<Content> gives() {
        return switch (this) {
            case CreateFile create -> Optional.of(create.content());
            case UpdateContent update -> Optional.of(update.content());
            case CreateFolder _, CreateSymlink _, MoveRename _, SetMetadata _, Delete _, DeleteSubtree _, Restore _ ->
                Optional.empty();
        };
    }

    OpId opId();

    /** The item that the op is about; for a create, the id that it will have. */
    ItemId itemId();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<OpId> requires();

    /** Puts a new file in a folder. Its blob must have been sent by this device, or be held by this vault. */
    record CreateFile(
            OpId opId,
            ItemId itemId,
            List<OpId> requires,
            ItemId parentItemId,
            String name,
            Content content,
            int mode,

            @JsonProperty("mtime")
            @JsonSerialize(using = DecimalString.Write.class)
            @JsonDeserialize(using = DecimalString.Read.class)
            long mtimeNs)
            implements Op {
        public CreateFile {
            requires = OpChecks.common(opId, itemId, requires);
            OpChecks.placement(parentItemId, name);
            Require.present(content, "content");
            Require.permissionBits(mode);
        }
    }

    /** Puts a new, empty folder in a folder. */
    record CreateFolder(
            OpId opId,
            ItemId itemId,
            List<OpId> requires,
            ItemId parentItemId,
            String name,
            int mode,

            @JsonProperty("mtime")
            @JsonSerialize(using = DecimalString.Write.class)
            @JsonDeserialize(using = DecimalString.Read.class)
            long mtimeNs)
            implements Op {
        public CreateFolder {
            requires = OpChecks.common(opId, itemId, requires);
            OpChecks.placement(parentItemId, name);
            Require.permissionBits(mode);
        }
    }

    /** Puts a new symbolic link in a folder; the target is text and need not exist. */
    record CreateSymlink(
            OpId opId,
            ItemId itemId,
            List<OpId> requires,
            ItemId parentItemId,
            String name,
            String target,
            int mode,

            @JsonProperty("mtime")
            @JsonSerialize(using = DecimalString.Write.class)
            @JsonDeserialize(using = DecimalString.Read.class)
            long mtimeNs)
            implements Op {
        public CreateSymlink {
            requires = OpChecks.common(opId, itemId, requires);
            OpChecks.placement(parentItemId, name);
            OpChecks.target(target);
            Require.permissionBits(mode);
        }
    }

    /** Replaces a file's content, if its content version is still {@code baseContentVersion}. */
    record UpdateContent(
            OpId opId,
            ItemId itemId,
            List<OpId> requires,
            Content content,
            int mode,

            @JsonProperty("mtime")
            @JsonSerialize(using = DecimalString.Write.class)
            @JsonDeserialize(using = DecimalString.Read.class)
            long mtimeNs,

            Base baseContentVersion)
            implements Op {
        public UpdateContent {
            requires = OpChecks.common(opId, itemId, requires);
            Require.present(content, "content");
            Require.permissionBits(mode);
            Require.present(baseContentVersion, "base_content_version");
        }
    }

    /** Gives an item another name or folder, if its placement version is still {@code basePlacementVersion}. */
    record MoveRename(
            OpId opId, ItemId itemId, List<OpId> requires, ItemId parentItemId, String name, Base basePlacementVersion)
            implements Op {
        public MoveRename {
            requires = OpChecks.common(opId, itemId, requires);
            OpChecks.placement(parentItemId, name);
            Require.present(basePlacementVersion, "base_placement_version");
        }
    }

    /** Sets the mode, the mtime or both, if the content version is still {@code baseContentVersion}. */
    record SetMetadata(
            OpId opId,
            ItemId itemId,
            List<OpId> requires,
            @Nullable Integer mode,

            @JsonProperty("mtime")
            @JsonSerialize(using = DecimalString.Write.class)
            @JsonDeserialize(using = DecimalString.Read.class)
            @Nullable
            Long mtimeNs,

            Base baseContentVersion)
            implements Op {
        public SetMetadata {
            requires = OpChecks.common(opId, itemId, requires);
            if (mode == null && mtimeNs == null) {
                throw new IllegalArgumentException("mode and mtime are both missing");
            }
            if (mode != null) {
                Require.permissionBits(mode);
            }
            Require.present(baseContentVersion, "base_content_version");
        }
    }

    /** Deletes a file, a link or an empty folder, if its content version is still {@code baseContentVersion}. */
    record Delete(OpId opId, ItemId itemId, List<OpId> requires, Base baseContentVersion) implements Op {
        public Delete {
            requires = OpChecks.common(opId, itemId, requires);
            Require.present(baseContentVersion, "base_content_version");
        }
    }

    /**
     * Deletes a folder with all that is below it, if nothing there was changed after {@code baseSeq} by an op that
     * {@code requires} does not name, and no more than {@code liveDescendants} items are below.
     */
    record DeleteSubtree(OpId opId, ItemId itemId, List<OpId> requires, Base baseSeq, long liveDescendants)
            implements Op {
        public DeleteSubtree {
            requires = OpChecks.common(opId, itemId, requires);
            Require.present(baseSeq, "base_seq");
            Require.natural(liveDescendants, "live_descendants");
        }
    }

    /**
     * Brings a tombstone back under its id, at its old place or at the one given; with {@code subtree}, also everything below it
     * that went with the same deletion.
     */
    record Restore(
            OpId opId,
            ItemId itemId,
            List<OpId> requires,
            boolean subtree,
            @Nullable ItemId parentItemId,
            @Nullable String name)
            implements Op {
        public Restore {
            requires = OpChecks.common(opId, itemId, requires);
            if (name != null) {
                OpChecks.nameLength(name);
            }
        }
    }
}
