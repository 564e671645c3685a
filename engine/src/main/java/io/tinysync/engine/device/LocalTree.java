package io.tinysync.engine.device;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.PendingTotals;
import io.tinysync.engine.device.core.Recreated;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.device.core.RenameOutcome;
import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The tree that one attached vault's drive shows and changes: the server's tree as last replayed, with this device's own changes
 * on top. Thread-safe. Each call is one store transaction and asks no network; what a call has changed survives the end of the
 * process once it has returned. Times are ns since 1970.
 *
 * <p>The life of a write: {@link #createFile} or {@link #beginWrite}; {@link #seal} at each flush with something new;
 * {@link #release} when the last writer is gone, which makes it pending. An item with a writer, a seal or a hold is never taken
 * away by what other devices do.
 */
public interface LocalTree {

    /** The item of that id, the root included; ids merged into another resolve to that one. */
    Optional<LocalItem> item(ItemId itemId);

    /** The item of exactly this name in a folder; empty too if the folder is none. */
    Optional<LocalItem> child(ItemId parentItemId, String name);

    /**
     * Items in a folder in the order of their names' keys, after {@code afterName} (empty: from the start); at least {@code limit}
     * if there are as many, and an empty list at the end.
     */
    List<LocalItem> children(ItemId parentItemId, String afterName, int limit) throws RefusedException;

    /** Items and bytes of the server's tree. */
    TreeTotals totals();

    /** Whether the server has refused something of this device for the vault's quota, and it still waits for room. */
    boolean isFull();

    /** What is not yet acknowledged. */
    PendingTotals pendingTotals();

    /**
     * A new empty file, open for writing; only on this device until it was sealed and released. An empty file that is to be kept
     * is sealed with {@link Content#EMPTY}.
     */
    LocalItem createFile(ItemId parentItemId, String name, int mode, long mtimeNs) throws RefusedException;

    /** Says that a program has the file open for writing, before its first write or truncation takes effect. Repeatable. */
    LocalItem beginWrite(ItemId itemId) throws RefusedException;

    /**
     * Records what was written and closed. The content store holds the content already.
     *
     * @param seen the content that the writer had seen (DESIGN §2); null where the file was new, or nothing is known
     */
    void seal(ItemId itemId, @Nullable Sha256 seen, Content content, int mode, long mtimeNs) throws RefusedException;

    /**
     * Says that no writer has the file open any more: what was sealed becomes pending, what was held is so no more. A new
     * file that was never sealed goes.
     * Nothing happens if the file is gone.
     *
     * @param handingOver called if identities change, before anyone can see it; must return at once
     * @return what became of identities if the file was made anew in the place of one that was renamed away a moment ago
     */
    Optional<Recreated> release(ItemId itemId, Runnable handingOver);

    /** The same where nobody looks meanwhile. */
    default Optional<Recreated> release(ItemId itemId) {
        return release(itemId, () -> {});
    }

    /**
     * Makes what was sealed pending although a writer keeps the file open; the next seal's base is then that content.
     *
     * @return false if nothing is sealed, or if such a file is only sent when it is closed; nothing has changed then
     */
    boolean publishOpen(ItemId itemId);

    /**
     * Keeps a file's place for bytes that no record covers, found after an unclean stop; ends with the next seal and release.
     *
     * @return the file, with the id under which those bytes are to be kept
     */
    LocalItem hold(ItemId itemId) throws RefusedException;

    /** Items that had a writer when the process ended or that are held, by pages; the drive settles each when it starts. */
    List<LocalItem> unsettled(ItemId after, int limit);

    LocalItem createFolder(ItemId parentItemId, String name, int mode, long mtimeNs) throws RefusedException;

    LocalItem createSymlink(ItemId parentItemId, String name, String target, int mode, long mtimeNs)
            throws RefusedException;

    /**
     * Renames as POSIX does; with {@code noReplace} a taken name is refused. See {@link RenameOutcome} for what open files become.
     *
     * @param seen the content of the file at the new name that the writer of the renamed one had seen; null where nothing is
     *     known, or nothing is there
     */
    RenameOutcome rename(
            ItemId parentItemId,
            String name,
            ItemId newParentItemId,
            String newName,
            boolean noReplace,
            @Nullable Sha256 seen)
            throws RefusedException;

    /** The same by one of whom nothing is known. */
    default RenameOutcome rename(
            ItemId parentItemId, String name, ItemId newParentItemId, String newName, boolean noReplace)
            throws RefusedException {
        return rename(parentItemId, name, newParentItemId, newName, noReplace, null);
    }

    /** Removes a file or a link; returns what was there. Its open handles are those of an unlinked file. */
    LocalItem removeFile(ItemId parentItemId, String name) throws RefusedException;

    /** Removes an empty folder; returns what was there. */
    LocalItem removeFolder(ItemId parentItemId, String name) throws RefusedException;

    /** Sets the mode, the mtime or both. */
    LocalItem setMetadata(ItemId itemId, OptionalInt mode, OptionalLong mtimeNs) throws RefusedException;
}
