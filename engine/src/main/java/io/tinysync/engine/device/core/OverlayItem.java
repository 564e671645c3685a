package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import org.jspecify.annotations.Nullable;

/**
 * An item that this device shows otherwise than the server's tree has it; it hides the server's item of the same id, and the
 * server's item of the same name. Kept as long as something pending, open, held or local needs it.
 *
 * @param itemId its identity
 * @param presence whether it is shown
 * @param mergedInto the item that took its place; only with {@link Presence#MERGED}
 * @param parentItemId where it is shown
 * @param name where it is shown
 * @param kind what it is
 * @param content of a file, the seal's included; absent for other kinds, and for a new file that nothing was written to yet
 * @param target of a symbolic link
 * @param mode the nine permission bits
 * @param mtimeNs ns since 1970
 * @param hold why it is kept beside its pending ops
 * @param seal content that is recorded and not yet pending
 * @param bytes what its writer makes, or what is held of it; only with {@link Hold#OPEN} and {@link Hold#HELD}
 */
public record OverlayItem(
        ItemId itemId,
        Presence presence,
        @Nullable ItemId mergedInto,
        ItemId parentItemId,
        String name,
        ItemKind kind,
        @Nullable Content content,
        @Nullable String target,
        int mode,
        long mtimeNs,
        Hold hold,
        @Nullable Seal seal,
        @Nullable BytesId bytes) {

    public OverlayItem {
        bytes = mayHaveBytes(hold) ? bytes : null;
    }

    private static boolean mayHaveBytes(Hold hold) {
        return switch (hold) {
            case OPEN, HELD -> true;
            case NONE, COMPANIONS, LOCAL_ONLY -> false;
        };
    }

    /** Whether an overlay item is shown. */
    public enum Presence {
        /** Shown, at its place. */
        PRESENT,
        /** Removed here, and not yet on the server. */
        GONE,
        /** An id that became an alias of another item's. */
        MERGED
    }

    /** What keeps an item that the server does not have, or would take away. */
    public enum Hold {
        /** Nothing but its pending ops. */
        NONE,
        /** A program has it open for writing. */
        OPEN,
        /** Closed, and sealed; waits for files that belong to it and are open, such as a database's log. */
        COMPANIONS,
        /** A name that never leaves the device. */
        LOCAL_ONLY,
        /** Bytes from before an unclean stop that no record covers; a person or the next writer decides. */
        HELD
    }

    /** Whether it is shown. */
    public boolean isPresent() {
        return presence == Presence.PRESENT;
    }

    /** Whether a program had it open, or its bytes wait for a decision. */
    public boolean isUnsettled() {
        return isPresent()
                && switch (hold) {
                    case NONE -> seal != null;
                    case OPEN, COMPANIONS, HELD -> true;
                    case LOCAL_ONLY -> false;
                };
    }

    /** Where it is, or was last shown. */
    public Place place() {
        return new Place(parentItemId, name);
    }

    /** A server's item as the overlay shows it when nothing is different yet. */
    static OverlayItem of(Item item) {
        return new OverlayItem(
                item.itemId(),
                Presence.PRESENT,
                null,
                item.parentItemId(),
                item.name(),
                item.kind(),
                item.content(),
                item.target(),
                item.mode(),
                item.mtimeNs(),
                Hold.NONE,
                null,
                null);
    }

    /** A created item. */
    static OverlayItem of(Intent.Create create) {
        return new OverlayItem(
                create.itemId(),
                Presence.PRESENT,
                null,
                create.parentItemId(),
                create.name(),
                create.itemKind(),
                create.content(),
                create.target(),
                create.mode(),
                create.mtimeNs(),
                Hold.NONE,
                null,
                null);
    }

    OverlayItem withId(ItemId newItemId) {
        return new OverlayItem(
                newItemId,
                presence,
                mergedInto,
                parentItemId,
                name,
                kind,
                content,
                target,
                mode,
                mtimeNs,
                hold,
                seal,
                bytes);
    }

    OverlayItem at(Place place) {
        return new OverlayItem(
                itemId,
                presence,
                mergedInto,
                place.parentItemId(),
                place.name(),
                kind,
                content,
                target,
                mode,
                mtimeNs,
                hold,
                seal,
                bytes);
    }

    OverlayItem with(@Nullable Content newContent, int newMode, long newMtimeNs) {
        return new OverlayItem(
                itemId,
                presence,
                mergedInto,
                parentItemId,
                name,
                kind,
                newContent,
                target,
                newMode,
                newMtimeNs,
                hold,
                seal,
                bytes);
    }

    /** The same, kept for another reason or none. */
    public OverlayItem kept(Hold newHold, @Nullable Seal newSeal) {
        return new OverlayItem(
                itemId,
                presence,
                mergedInto,
                parentItemId,
                name,
                kind,
                content,
                target,
                mode,
                mtimeNs,
                newHold,
                newSeal,
                bytes);
    }

    /** The same, kept for what another row is kept for, with its seal and its bytes. */
    OverlayItem keptAs(OverlayItem other) {
        return kept(other.hold, other.seal).with(other.bytes);
    }

    /** The same, with bytes of a writer or held ones, or without. */
    OverlayItem with(@Nullable BytesId newBytes) {
        return new OverlayItem(
                itemId,
                presence,
                mergedInto,
                parentItemId,
                name,
                kind,
                content,
                target,
                mode,
                mtimeNs,
                hold,
                seal,
                newBytes);
    }

    OverlayItem present() {
        return shown(Presence.PRESENT, null);
    }

    OverlayItem gone() {
        return shown(Presence.GONE, null);
    }

    OverlayItem mergedInto(ItemId other) {
        return shown(Presence.MERGED, other);
    }

    private OverlayItem shown(Presence newPresence, @Nullable ItemId other) {
        return new OverlayItem(
                itemId,
                newPresence,
                other,
                parentItemId,
                name,
                kind,
                content,
                target,
                mode,
                mtimeNs,
                Hold.NONE,
                null,
                null);
    }

    /** Whether more than pending ops keeps it. */
    public boolean isKept() {
        return hold != Hold.NONE || seal != null;
    }
}
