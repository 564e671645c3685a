package io.tinysync.engine.device;

import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingTotals;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.tree.NameRules;
import java.util.ArrayList;
import java.util.List;

/**
 * How the store of one attached vault stands: what is not acknowledged, and why what is stuck is stuck.
 *
 * @param sealed whether something is recorded that is not pending yet
 * @param conflicts conflict copies in the tree
 * @param localOnly files whose names keep them on this device
 * @param held files whose bytes from before an unclean stop wait for a person
 * @param stuck what a person has to settle: the path and the reason, one sentence each
 */
record Standing(
        SyncPosition position,
        PendingTotals pending,
        boolean sealed,
        int conflicts,
        int localOnly,
        int held,
        List<String> stuck) {

    /** How far is counted; more than a person looks through, and cheap. */
    static final int MAX_COUNTED = 1000;

    static Standing of(StoreView store, NameRules names) {
        LocalView view = new LocalView(store, names);
        List<PendingOp> refused = store.refusedOps(MAX_COUNTED);
        List<OverlayItem> held = store.overlayKept(OverlayItem.Hold.HELD, MAX_COUNTED);
        int copies = store.overlayCopies(MAX_COUNTED).size()
                + (int) store.serverCopies(MAX_COUNTED).stream()
                        .filter(item -> store.overlay(item.itemId()).isEmpty())
                        .count();
        return new Standing(
                store.position(),
                store.pendingTotals(),
                store.hasSealed(),
                Math.min(copies, MAX_COUNTED),
                store.overlayKept(OverlayItem.Hold.LOCAL_ONLY, MAX_COUNTED).size(),
                held.size(),
                stuck(view, refused, held));
    }

    private static List<String> stuck(LocalView view, List<PendingOp> refused, List<OverlayItem> held) {
        List<String> stuck = new ArrayList<>();
        refused.stream()
                .limit(SyncStatus.MAX_ERRORS)
                .forEach(op -> stuck.add(path(view, op.itemId()) + ": " + why(op)));
        held.stream()
                .limit(SyncStatus.MAX_ERRORS)
                .forEach(row -> stuck.add(path(view, row.itemId())
                        + ": held: what was being written when the device stopped is here and not sent;"
                        + " 'tinysync held' settles it, and so does writing the file again"));
        int named = Math.min(stuck.size(), SyncStatus.MAX_ERRORS);
        int more = refused.size() + held.size() - named;
        List<String> first = new ArrayList<>(stuck.subList(0, named));
        if (more > 0) {
            first.add("and " + more + (more < MAX_COUNTED ? " more" : " or more besides"));
        }
        return first;
    }

    private static String path(LocalView view, ItemId itemId) {
        return view.item(itemId).map(view::path).orElseGet(itemId::toString);
    }

    private static String why(PendingOp op) {
        RejectionCode code = op.code() == null ? RejectionCode.UNKNOWN : op.code();
        return code + ": "
                + switch (code) {
                    case QUOTA_EXCEEDED -> "the vault is full; it is sent when there is room";
                    case TOO_LARGE -> "the file is larger than the server takes";
                    case HELD -> "the server holds it back";
                    case BLOB_MISSING -> "the server does not have its bytes, and they are being sent again";
                    case INVALID_NAME -> "the server does not take this name; rename it";
                    case UNKNOWN -> "the server refuses it for a reason that this version does not know";
                    case VERSION_CONFLICT,
                            NAME_TAKEN,
                            PARENT_MISSING,
                            ITEM_MISSING,
                            ITEM_EXISTS,
                            CYCLE,
                            NOT_EMPTY,
                            SUBTREE_CHANGED,
                            DEPENDENCY_REJECTED,
                            OP_ID_REUSED -> "it was refused again and again, and is tried again";
                };
    }

    boolean isAcknowledged() {
        return pending.ops() == 0 && !sealed && position.bootstrapped();
    }
}
