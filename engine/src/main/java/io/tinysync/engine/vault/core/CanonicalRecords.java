package io.tinysync.engine.vault.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The RFC 8785 JSON of the records that a vault hashes: members in the order of their names. */
final class CanonicalRecords {

    private CanonicalRecords() {}

    /** The same bytes as {@code Json.canonical(op)}. */
    static byte[] op(Op op) {
        CanonicalText out = new CanonicalText().open();
        switch (op) {
            case Op.CreateFile o -> {
                content(out, o.content());
                common(out, op, "create_file");
                attributes(out, o.mode(), o.mtimeNs());
                place(out, op, o.parentItemId(), o.name());
            }
            case Op.CreateFolder o -> {
                common(out, op, "create_folder");
                attributes(out, o.mode(), o.mtimeNs());
                place(out, op, o.parentItemId(), o.name());
            }
            case Op.CreateSymlink o -> {
                common(out, op, "create_symlink");
                attributes(out, o.mode(), o.mtimeNs());
                place(out, op, o.parentItemId(), o.name());
                out.string("target", o.target());
            }
            case Op.UpdateContent o -> {
                base(out, "base_content_version", o.baseContentVersion());
                content(out, o.content());
                common(out, op, "update_content");
                attributes(out, o.mode(), o.mtimeNs());
                place(out, op, null, null);
            }
            case Op.MoveRename o -> {
                base(out, "base_placement_version", o.basePlacementVersion());
                common(out, op, "move_rename");
                place(out, op, o.parentItemId(), o.name());
            }
            case Op.SetMetadata o -> {
                base(out, "base_content_version", o.baseContentVersion());
                common(out, op, "set_metadata");
                attributes(out, o.mode(), o.mtimeNs());
                place(out, op, null, null);
            }
            case Op.Delete o -> {
                base(out, "base_content_version", o.baseContentVersion());
                common(out, op, "delete");
                place(out, op, null, null);
            }
            case Op.DeleteSubtree o -> {
                base(out, "base_seq", o.baseSeq());
                common(out, op, "delete_subtree");
                out.number("live_descendants", o.liveDescendants());
                place(out, op, null, null);
            }
            case Op.Restore o -> {
                common(out, op, "restore");
                place(out, op, o.parentItemId(), o.name());
                out.name("subtree").raw(Boolean.toString(o.subtree()));
            }
        }
        return out.close().toString().getBytes(UTF_8);
    }

    /** What stands before the chain in an entry's JSON. */
    static byte[] entryHead(Entry entry) {
        return new CanonicalText().open().string("at", entry.at()).toString().getBytes(UTF_8);
    }

    /** What stands after the chain in an entry's JSON, from the comma on. */
    static byte[] entryTail(Entry entry) {
        CanonicalText out = new CanonicalText();
        out.word("device_id", entry.deviceId()).number("epoch", entry.epoch());
        Item item = entry.item();
        if (item != null) {
            out.name("item");
            item(out, item);
        }
        out.word("kind", entry.kind()).word("op_id", entry.opId()).word("scope", scope(entry.scope()));
        String tail = out.number("seq", entry.seq()).close().toString();
        return (',' + tail).getBytes(UTF_8);
    }

    private static void item(CanonicalText out, Item item) {
        out.open();
        content(out, item.content());
        out.number("content_version", item.contentVersion())
                .number("deleted_at_seq", item.deletedAtSeq())
                .word("item_id", item.itemId())
                .word("kind", kind(item.kind()))
                .number("mode", item.mode())
                .word("mtime", item.mtimeNs())
                .string("name", item.name())
                .word("parent_item_id", item.parentItemId())
                .number("placement_version", item.placementVersion())
                .string("target", item.target())
                .number("version", item.version())
                .close();
    }

    private static void content(CanonicalText out, @Nullable Content content) {
        if (content == null) {
            return;
        }
        out.name("content");
        if (content.more().isEmpty()) {
            out.open()
                    .word("sha256", content.sha256())
                    .number("size", content.size())
                    .close();
        } else {
            out.raw(new String(Json.canonical(content), UTF_8));
        }
    }

    private static void base(CanonicalText out, String name, Base base) {
        out.name(name);
        switch (base) {
            case Base.AtSeq(long seq) -> out.raw(Long.toString(seq));
            case Base.AfterOp(OpId opId) -> out.open().word("op", opId).close();
        }
    }

    private static void common(CanonicalText out, Op op, String kind) {
        out.word("item_id", op.itemId()).word("kind", kind);
    }

    private static void attributes(CanonicalText out, @Nullable Integer mode, @Nullable Long mtimeNs) {
        out.number("mode", mode).word("mtime", mtimeNs);
    }

    /** From {@code name} to {@code requires}. */
    private static void place(CanonicalText out, Op op, @Nullable Object parentItemId, @Nullable String name) {
        out.string("name", name).word("op_id", op.opId()).word("parent_item_id", parentItemId);
        requires(out, op.requires());
    }

    private static void requires(CanonicalText out, List<OpId> requires) {
        if (requires.isEmpty()) {
            return;
        }
        out.name("requires").raw("[");
        String comma = "";
        for (OpId opId : requires) {
            out.raw(comma).word(opId);
            comma = ",";
        }
        out.raw("]");
    }

    private static String kind(ItemKind kind) {
        return switch (kind) {
            case FILE -> "file";
            case FOLDER -> "folder";
            case SYMLINK -> "symlink";
            case UNKNOWN -> "unknown";
        };
    }

    private static String scope(Scope scope) {
        return switch (scope) {
            case ITEM -> "item";
            case SUBTREE -> "subtree";
            case NONE -> "none";
        };
    }
}
