package io.tinysync.engine.device.core;

import static io.tinysync.engine.device.core.Refusal.EXISTS;
import static io.tinysync.engine.device.core.Refusal.INVALID_NAME;
import static io.tinysync.engine.device.core.Refusal.IS_FOLDER;
import static io.tinysync.engine.device.core.Refusal.NAME_TOO_LONG;
import static io.tinysync.engine.device.core.Refusal.NOT_EMPTY;
import static io.tinysync.engine.device.core.Refusal.NOT_FOLDER;
import static io.tinysync.engine.device.core.Refusal.NO_ENTRY;
import static io.tinysync.engine.device.core.Refusal.READ_ONLY;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a program's acts on names mean: each is checked against the local tree, refused or recorded. Renames are {@link Renames}. */
public final class LocalEdits {

    private final Work work;
    private final LocalView view;
    private final Decider decider;

    public LocalEdits(Work work) {
        this.work = work;
        this.view = work.view();
        this.decider = Decider.ofActs(work);
    }

    /** A new empty file, open for writing, on this device only. */
    public LocalItem createFile(ItemId parentItemId, String name, int mode, long mtimeNs) throws RefusedException {
        ItemId parent = freePlace(parentItemId, name);
        ItemId id = work.rules().ids().newItemId();
        Intent.Create create = new Intent.Create(id, parent, name, ItemKind.FILE, null, null, mode, mtimeNs);
        work.put(OverlayItem.of(create)
                .kept(OverlayItem.Hold.OPEN, null)
                .with(work.rules().ids().newBytesId()));
        return view.item(id).orElseThrow();
    }

    public LocalItem createFolder(ItemId parentItemId, String name, int mode, long mtimeNs) throws RefusedException {
        return create(parentItemId, name, ItemKind.FOLDER, null, mode, mtimeNs);
    }

    public LocalItem createSymlink(ItemId parentItemId, String name, String target, int mode, long mtimeNs)
            throws RefusedException {
        if (target.isEmpty() || target.length() > Limits.MAX_TARGET_CHARS || target.indexOf(0) >= 0) {
            throw new RefusedException(
                    INVALID_NAME, "a link's target has 1 to " + Limits.MAX_TARGET_CHARS + " characters");
        }
        return create(parentItemId, name, ItemKind.SYMLINK, target, mode, mtimeNs);
    }

    private LocalItem create(
            ItemId parentItemId, String name, ItemKind kind, @Nullable String target, int mode, long mtimeNs)
            throws RefusedException {
        ItemId parent = freePlace(parentItemId, name);
        ItemId id = work.rules().ids().newItemId();
        decider.decide(new Intent.Create(id, parent, name, kind, null, target, mode, mtimeNs), origin(name));
        return view.item(id).orElseThrow();
    }

    /** Removes a file or a link. */
    public LocalItem removeFile(ItemId parentItemId, String name) throws RefusedException {
        LocalItem item = existing(parentItemId, name);
        if (item.isFolder()) {
            throw new RefusedException(IS_FOLDER, name + " is a folder");
        }
        remove(item);
        return item;
    }

    /** Removes an empty folder. */
    public LocalItem removeFolder(ItemId parentItemId, String name) throws RefusedException {
        LocalItem item = existing(parentItemId, name);
        if (!item.isFolder()) {
            throw new RefusedException(NOT_FOLDER, name + " is no folder");
        }
        if (view.hasChildren(item.itemId())) {
            throw new RefusedException(NOT_EMPTY, name + " is not empty");
        }
        remove(item);
        return item;
    }

    /** Removes what a program has seen and may remove. What was written there and not yet asked of the server goes with it. */
    void remove(LocalItem item) {
        boolean wasOpen = work.store()
                .overlay(item.itemId())
                .filter(row -> row.hold() == OverlayItem.Hold.OPEN)
                .isPresent();
        removeKnown(item);
        if (wasOpen) {
            new LocalWrites(work).left(item.place());
        }
    }

    private void removeKnown(LocalItem item) {
        ItemId id = item.itemId();
        if (decider.footing().isUnknown(id)) {
            work.store().overlay(id).ifPresent(work::remove);
            return;
        }
        // Whoever wrote it had not seen what other devices made of it since, and takes that not away.
        Optional<Sha256> seen = work.store().overlay(id).map(OverlayItem::seal).map(Seal::seen);
        LocalItem settled = settled(item);
        decider.decide(new Intent.Delete(id, settled.place(), seen.orElse(sha(settled))), origin(settled.name()));
        new Rows(work).refresh(id);
    }

    /** The item as it is without what a program has written to it and not yet released; its row is settled too. */
    LocalItem settled(LocalItem item) {
        Optional<OverlayItem> row = work.store().overlay(item.itemId());
        if (row.isEmpty()) {
            return item;
        }
        OverlayItem settled = new Rows(work).unsealed(row.get());
        work.put(settled);
        return LocalView.shown(settled);
    }

    /** Sets the mode, the mtime or both; null leaves it. */
    public LocalItem setMetadata(ItemId itemId, @Nullable Integer mode, @Nullable Long mtimeNs)
            throws RefusedException {
        LocalItem item = writable(itemId);
        Optional<OverlayItem> row = work.store().overlay(item.itemId());
        boolean sealed = row.map(OverlayItem::seal).isPresent();
        if (row.isPresent() && (sealed || !decider.footing().isRooted(item.itemId()))) {
            work.put(row.get()
                    .with(
                            item.content(),
                            mode == null ? item.mode() : mode,
                            mtimeNs == null ? item.mtimeNs() : mtimeNs));
        } else {
            decider.decide(new Intent.SetMetadata(item.itemId(), mode, mtimeNs, sha(item)), origin(item.name()));
        }
        return view.item(item.itemId()).orElseThrow();
    }

    /** The resolved folder, if the name is allowed and free in it. */
    private ItemId freePlace(ItemId parentItemId, String name) throws RefusedException {
        ItemId parent = folder(parentItemId);
        checkName(name);
        if (view.byKey(parent, name).isPresent()) {
            throw new RefusedException(EXISTS, name + " exists");
        }
        return parent;
    }

    ItemId folder(ItemId folderId) throws RefusedException {
        LocalItem folder =
                view.item(folderId).orElseThrow(() -> new RefusedException(NO_ENTRY, "no folder " + folderId));
        if (!folder.isFolder()) {
            throw new RefusedException(NOT_FOLDER, folder.name() + " is no folder");
        }
        return folder.itemId();
    }

    void checkName(String name) throws RefusedException {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.MAX_NAME_BYTES) {
            throw new RefusedException(
                    NAME_TOO_LONG, "the name is " + bytes + " bytes, the limit is " + Limits.MAX_NAME_BYTES);
        }
        Optional<String> violation = work.rules().names().violation(name);
        if (violation.isPresent()) {
            throw new RefusedException(INVALID_NAME, violation.get());
        }
    }

    LocalItem existing(ItemId parentItemId, String name) throws RefusedException {
        LocalItem item = view.child(parentItemId, name)
                .orElseThrow(() -> new RefusedException(NO_ENTRY, "no " + name + " in " + parentItemId));
        return known(item);
    }

    LocalItem writable(ItemId itemId) throws RefusedException {
        LocalItem item = view.item(itemId).orElseThrow(() -> new RefusedException(NO_ENTRY, "no item " + itemId));
        if (item.itemId().isRoot()) {
            throw new RefusedException(READ_ONLY, "the root has no metadata to change");
        }
        return known(item);
    }

    private static LocalItem known(LocalItem item) throws RefusedException {
        if (item.kind() == ItemKind.UNKNOWN) {
            throw new RefusedException(READ_ONLY, item.name() + " is of a kind from a newer server");
        }
        return item;
    }

    Decider decider() {
        return decider;
    }

    /** An act of now, on an item of that name. */
    Origin origin(String name) {
        long quietMs = TemporaryNames.waits(name) ? work.rules().temporaryQuietMs() : 0;
        return new Origin(0, quietMs == 0 ? 0 : work.nowMs() + quietMs, work.nowMs());
    }

    /** A save of an item of that name: the next ones of a rapid succession are waited for, though not for ever. */
    Origin saveOrigin(ItemId itemId, String name) {
        Origin origin = origin(name);
        long quietMs = work.rhythm().saved(itemId, work.nowMs());
        if (quietMs == 0) {
            return origin;
        }
        long oldestMs = work.store().pendingOf(itemId).stream()
                .filter(op -> op.state() == PendingState.WAITING)
                .mapToLong(PendingOp::observedMs)
                .min()
                .orElse(work.nowMs());
        long untilMs = Math.min(work.nowMs() + quietMs, oldestMs + SaveRhythm.LONGEST_DELAY_MS);
        return new Origin(0, Math.max(origin.notBeforeMs(), untilMs), work.nowMs());
    }

    static @Nullable Sha256 sha(LocalItem item) {
        Content content = item.content();
        return content == null ? null : content.sha256();
    }
}
