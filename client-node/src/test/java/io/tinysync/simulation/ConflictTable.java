package io.tinysync.simulation;

import io.tinysync.engine.device.core.Resolved;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Which cells of the conflict table (DESIGN section 5) a world reached: a row, and within it which change came first and what it
 * was about. Where both changes cannot stand, a device's core says how it settled them; where they can, the server took one whose
 * author had not heard of the other.
 */
final class ConflictTable {

    /** From so many worlds on a cell that none of them has reached is a failure. */
    static final long MIN_WORLDS = 1000;

    private static final String PREFIX = "row ";
    private static final List<ItemKind> KINDS = List.of(ItemKind.FILE, ItemKind.FOLDER, ItemKind.SYMLINK);

    /** All that must be reached, in the order of the table. */
    static final List<String> CELLS = cells();

    private final Tally tally;

    ConflictTable(Tally tally) {
        this.tally = tally;
    }

    private static List<String> cells() {
        List<String> cells = new ArrayList<>(List.of(
                "edit / edit: a copy",
                "edit / edit: equal",
                "edit / edit: on top of a copied edit",
                "edit / edit: opened before, saved after",
                "edit / delete: delete first",
                "edit / delete: edit first"));
        ofKinds(cells, "delete / rename or move: delete first");
        ofKinds(cells, "delete / rename or move: rename or move first");
        ofKinds(cells, "delete / metadata: delete first");
        ofKinds(cells, "delete / metadata: metadata first");
        ofKinds(cells, "rename / rename");
        ofKinds(cells, "move / move");
        cells.add("rename or move / edit: rename or move first");
        cells.add("rename or move / edit: edit first");
        cells.add("metadata / edit: metadata first");
        cells.add("metadata / edit: edit first");
        cells.add("create / create: equal, file");
        cells.add("create / create: equal, symlink");
        cells.add("create / create: folders merge");
        ofKinds(cells, "create / create: another of that name");
        ofKinds(cells, "move / create: another of that name");
        cells.add("delete folder / change in it: edit first");
        cells.add("delete folder / change in it: create first");
        cells.add("delete folder / change in it: move into it first");
        cells.add("delete folder / change in it: the folder stays");
        cells.add("delete folder / change in it: delete first, edit");
        ofKinds(cells, "delete folder / change in it: delete first, create");
        ofKinds(cells, "delete folder / move out of it: delete first");
        ofKinds(cells, "delete folder / move out of it: move first");
        ofKinds(cells, "move into a folder / delete it: delete first");
        cells.add("crossing moves");
        return List.copyOf(cells);
    }

    private static void ofKinds(List<String> cells, String cell) {
        KINDS.forEach(kind -> cells.add(cell(cell, kind)));
    }

    private static String cell(String cell, ItemKind kind) {
        return cell + ", " + kind.name().toLowerCase(Locale.ROOT);
    }

    private void reached(String cell) {
        tally.count(PREFIX + cell);
    }

    private void reached(String cell, ItemKind kind) {
        reached(cell(cell, kind));
    }

    /** A device has settled a change of its own. */
    void resolved(Resolved conflict) {
        ItemKind kind = conflict.kind();
        switch (conflict.resolution()) {
            case EDIT_COPIED -> reached("edit / edit: a copy");
            case SAVE_COPIED -> reached("edit / edit: opened before, saved after");
            case EDIT_EQUAL -> reached("edit / edit: equal");
            case EDIT_FOLLOWED -> reached("edit / edit: on top of a copied edit");
            case EDIT_RESTORED_FILE -> reached("edit / delete: delete first");
            case EDIT_RESTORED_FOLDER -> reached("delete folder / change in it: delete first, edit");
            case DELETE_LEFT_EDIT -> reached("edit / delete: edit first");
            case DELETE_FOLLOWED_MOVE -> reached("delete / rename or move: rename or move first", kind);
            case DELETE_LEFT_MOVED -> reached("delete folder / move out of it: move first", kind);
            case DELETE_LEFT_FOLDER -> reached("delete folder / change in it: the folder stays");
            case MOVE_OF_DELETED -> reached("delete / rename or move: delete first", kind);
            case METADATA_OF_DELETED -> reached("delete / metadata: delete first", kind);
            case MOVE_OF_RENAMED -> reached("rename / rename", kind);
            case MOVE_OF_MOVED -> reached("move / move", kind);
            case METADATA_OF_EDITED -> reached("metadata / edit: edit first");
            case CREATE_ADOPTED -> reached("create / create: equal", kind);
            case FOLDERS_MERGED -> reached("create / create: folders merge");
            case CREATE_RENAMED -> reached("create / create: another of that name", kind);
            case MOVE_RENAMED -> reached("move / create: another of that name", kind);
            case CREATE_RESTORED_FOLDER -> reached("delete folder / change in it: delete first, create", kind);
            case MOVE_RESTORED_ITEM -> reached("delete folder / move out of it: delete first", kind);
            case MOVE_INTO_DELETED -> reached("move into a folder / delete it: delete first", kind);
            case MOVE_INTO_ITSELF -> reached("crossing moves");
        }
    }

    /** The server has answered a device's request, on top of this log. */
    void answered(DeviceId device, MutationsRequest request, List<Entry> log, List<OpResult> results) {
        List<Entry> unheard = log.subList((int) request.cursor().seq(), log.size()).stream()
                .filter(entry -> entry.item() != null && !device.equals(entry.deviceId()))
                .toList();
        for (int i = 0; i < results.size(); i++) {
            Op op = request.ops().get(i);
            boolean accepted = results.get(i).seq() != null;
            for (Entry entry : unheard) {
                Item item = Objects.requireNonNull(entry.item());
                if (accepted && item.itemId().equals(op.itemId())) {
                    accepted(op, entry.kind(), item.kind());
                } else if (!accepted && isRemoval(op) && isIn(item, op.itemId())) {
                    rejected(entry.kind());
                }
            }
        }
    }

    private static boolean isRemoval(Op op) {
        return op instanceof Op.Delete || op instanceof Op.DeleteSubtree;
    }

    private static boolean isIn(Item item, ItemId folder) {
        return item.isLive() && item.parentItemId().equals(folder);
    }

    private void accepted(Op op, EntryKind before, ItemKind kind) {
        if (op instanceof Op.UpdateContent && before == EntryKind.MOVE_RENAME) {
            reached("rename or move / edit: rename or move first");
        }
        if (op instanceof Op.UpdateContent && before == EntryKind.SET_METADATA) {
            reached("metadata / edit: metadata first");
        }
        if (op instanceof Op.MoveRename && before == EntryKind.UPDATE_CONTENT) {
            reached("rename or move / edit: edit first");
        }
        if (isRemoval(op) && before == EntryKind.MOVE_RENAME) {
            reached("delete / rename or move: rename or move first", kind);
        }
        if (isRemoval(op) && before == EntryKind.SET_METADATA) {
            reached("delete / metadata: metadata first", kind);
        }
    }

    /** A folder is not deleted where something in it was changed that its device had not heard of. */
    private void rejected(EntryKind before) {
        switch (before) {
            case CREATE_FILE, CREATE_FOLDER, CREATE_SYMLINK -> reached("delete folder / change in it: create first");
            case UPDATE_CONTENT -> reached("delete folder / change in it: edit first");
            case MOVE_RENAME -> reached("delete folder / change in it: move into it first");
            case SET_METADATA, DELETE, DELETE_SUBTREE, RESTORE, PURGE, EPOCH, UNKNOWN -> {}
        }
    }

    /** How often each cell was reached. */
    static Map<String, Long> counts(Tally tally) {
        Map<String, Long> counts = new LinkedHashMap<>();
        CELLS.forEach(cell -> counts.put(cell, tally.of(PREFIX + cell)));
        return counts;
    }

    /** The cells that were never reached. */
    static List<String> missing(Tally tally) {
        return CELLS.stream().filter(cell -> tally.of(PREFIX + cell) == 0).toList();
    }

    static boolean isCell(String event) {
        return event.startsWith(PREFIX);
    }
}
