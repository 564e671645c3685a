package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.content.ForcedBytes;
import io.tinysync.client.content.WorkingFiles;
import io.tinysync.client.content.WorkingFiles.LeftBehind;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles, before the drive is shown, what an earlier process left in the midst of writing. What was sealed becomes pending. A
 * working file with other bytes than the record says was never closed: if they are exactly what a program had fsynced, they are
 * recorded as that; else they are neither sent nor dropped, but stand in for the item's content, which is held.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final int PAGE = 500;

    private final LocalTree tree;
    private final ContentFiles contents;
    private final Runnable makeRecordsDurable;
    /** Items whose records named their bytes: what else was begun for them was of files that are no item's any more. */
    private final Set<ItemId> settled = new HashSet<>();

    /** @param makeRecordsDurable returns once everything that the tree has recorded survives power loss */
    Recovery(LocalTree tree, ContentFiles contents, Runnable makeRecordsDurable) {
        this.tree = tree;
        this.contents = contents;
        this.makeRecordsDurable = makeRecordsDurable;
    }

    void run() throws IOException {
        Map<BytesId, LeftBehind> left = newestOfEach();
        Set<BytesId> named = new HashSet<>();
        ItemId after = ItemId.ROOT;
        for (List<LocalItem> page = tree.unsettled(after, PAGE); !page.isEmpty(); page = tree.unsettled(after, PAGE)) {
            for (LocalItem item : page) {
                BytesId bytes = item.bytes();
                Optional<LeftBehind> file = bytes == null ? Optional.empty() : Optional.ofNullable(left.remove(bytes));
                settle(item, file, true);
                if (bytes != null) {
                    named.add(bytes);
                    settled.add(item.itemId());
                }
            }
            after = page.getLast().itemId();
        }
        for (LeftBehind file : contents.working().allHeld()) {
            if (!named.contains(file.bytes())) {
                settleHeld(file);
            }
        }
        for (LeftBehind file : left.values()) {
            settleUnknown(file);
        }
    }

    /** There may be a second file, from a recording that failed earlier; both are kept. */
    private Map<BytesId, LeftBehind> newestOfEach() throws IOException {
        List<LeftBehind> all = new ArrayList<>(contents.working().leftBehind());
        all.sort(Comparator.comparing(LeftBehind::writtenAt));
        Map<BytesId, LeftBehind> newest = new LinkedHashMap<>();
        for (LeftBehind file : all) {
            LeftBehind older = newest.put(file.bytes(), file);
            if (older != null) {
                LOG.warn(
                        "an older working file of an item is kept as {}",
                        contents.working().setAside(older));
            }
        }
        return newest;
    }

    private void settle(LocalItem item, Optional<LeftBehind> file, boolean wasOpen) throws IOException {
        if (file.isEmpty()) {
            endWriting(item);
        } else if (wasOpen && recordForced(item, file.get())) {
            LOG.info("{} was open when the process ended; what had been fsynced is recorded", item.name());
        } else if (isUnrecorded(item, file.get(), wasOpen)) {
            hold(item, file.get());
        } else {
            Content found = WorkingFiles.contentOf(file.get());
            if (found.sameBytes(item.content())) {
                // All that was written is recorded: it took the place of what was held before.
                contents.working().restore(file.get(), found);
                makeDurable(found);
                contents.working().endHold(item.bytes());
            }
            endWriting(item);
            contents.working().remove(file.get());
        }
    }

    /** A program that had only opened what was held before has changed nothing about it. */
    private void endWriting(LocalItem item) {
        if (contents.working().held(item.bytes()).isEmpty()) {
            tree.release(item.itemId());
            return;
        }
        try {
            var _ = tree.hold(item.itemId());
        } catch (RefusedException e) {
            LOG.warn("{} is not held any more, its bytes are kept", item.name(), e);
        }
    }

    /**
     * Whether the file holds what no record of the item knows. A truncation without a write is nothing that a user wrote, and a
     * file that the store has as a content was recorded once: power loss may bring back the name of a working file whose time has
     * passed. That another file's content has the same bytes says nothing about one that was open.
     */
    private boolean isUnrecorded(LocalItem item, LeftBehind file, boolean wasOpen) throws IOException {
        if (Files.size(file.path()) == 0) {
            return false;
        }
        Content found = WorkingFiles.contentOf(file);
        if (found.sameBytes(item.content())) {
            return false;
        }
        Optional<Path> stored = contents.find(found);
        return stored.isEmpty() || (wasOpen && !Files.isSameFile(stored.get(), file.path()));
    }

    /**
     * Records what a program had fsynced and not touched since, as that would have been if its hash had been taken then; false if
     * it is no such file. Bytes and record are on stable storage before the working file goes.
     */
    private boolean recordForced(LocalItem item, LeftBehind file) throws IOException {
        Optional<ForcedBytes> forced =
                contents.working().forced(file).filter(found -> found.followsOn(item.itemId(), item.content()));
        if (forced.isEmpty()) {
            return false;
        }
        Content content = WorkingFiles.contentOf(file);
        if (content.sameBytes(item.content())) {
            return false;
        }
        contents.working().restore(file, content);
        try {
            tree.seal(
                    item.itemId(),
                    forced.get().seen(),
                    content,
                    item.mode(),
                    forced.get().mtimeNs());
        } catch (RefusedException e) {
            LOG.warn("what was fsynced in {} cannot be recorded", item.name(), e);
            return false;
        }
        contents.working().endHold(item.bytes());
        tree.release(item.itemId());
        makeDurable(content);
        contents.working().remove(file);
        return true;
    }

    /** The working file's bytes may have been fsynced, and its name is about to go. */
    private void makeDurable(Content recorded) throws IOException {
        contents.makeDurable(List.of(recorded.sha256()));
        makeRecordsDurable.run();
    }

    private void hold(LocalItem item, LeftBehind file) throws IOException {
        try {
            LocalItem held = tree.hold(item.itemId());
            contents.working().hold(file, held.itemId(), Objects.requireNonNull(held.bytes()));
            LOG.warn("{} was being written when the process ended; what it held is kept and not sent", item.name());
        } catch (RefusedException e) {
            LOG.warn(
                    "{} cannot be held: its bytes are kept as {}",
                    item.name(),
                    contents.working().setAside(file),
                    e);
        }
    }

    /** Power loss may have taken the record that the item is held, or brought back a file whose item was removed. */
    private void settleHeld(LeftBehind file) throws IOException {
        Optional<LocalItem> item = forWhichItWasBegun(file);
        if (item.isEmpty()) {
            LOG.warn(
                    "the held bytes of an item that is gone are kept as {}",
                    contents.working().setAside(file));
        } else {
            hold(item.get(), file);
        }
    }

    /** No writer is recorded: the file was unlinked while it was open, or what was written last could not be recorded. */
    private void settleUnknown(LeftBehind file) throws IOException {
        Optional<LocalItem> item = forWhichItWasBegun(file);
        if (item.isPresent()) {
            settle(item.get(), Optional.of(file), false);
        } else if (Files.size(file.path()) == 0) {
            contents.working().remove(file);
        } else {
            LOG.warn(
                    "the bytes of a file without a name are kept as {}",
                    contents.working().setAside(file));
        }
    }

    /** The item for which a file was begun that no record names, unless other bytes are that item's by now. */
    private Optional<LocalItem> forWhichItWasBegun(LeftBehind file) {
        return tree.item(file.itemId())
                .filter(item -> item.itemId().equals(file.itemId()) && item.bytes() == null)
                .filter(item -> !settled.contains(item.itemId()));
    }
}
