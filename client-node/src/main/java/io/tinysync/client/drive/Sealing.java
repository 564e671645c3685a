package io.tinysync.client.drive;

import io.tinysync.client.content.WorkingFile;
import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.Recreated;
import io.tinysync.engine.device.core.Refusal;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what is in an open file's working file into records: bytes first, then the record that names them. Of a file without a
 * name nothing is recorded. Called under the {@link OpenFile}'s lock.
 */
final class Sealing {

    private static final Logger LOG = LoggerFactory.getLogger(Sealing.class);

    /** What is done under the lock. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException, RefusedException;
    }

    private final Inode inode;
    private final FileBytes bytes;
    private final DriveParts parts;
    /** Set when what was written could not be recorded: its bytes then stay, to be found at the next start. */
    private boolean unrecorded;
    /** Set when what a program has fsynced is in the working file and its note alone, which the next write may change. */
    private boolean noted;

    Sealing(Inode inode, FileBytes bytes, DriveParts parts) {
        this.inode = inode;
        this.bytes = bytes;
        this.parts = parts;
    }

    /** Records what the file holds now. */
    void seal(WriteSession writing) throws IOException, RefusedException {
        LocalItem unlinked = inode.last();
        if (unlinked != null) {
            // Nothing is recorded of it but the time that who has it open still sees.
            inode.detach(Items.changed(unlinked, OptionalInt.empty(), OptionalLong.of(writing.mtimeNs)));
            writing.dirty = false;
            return;
        }
        unrecorded = true;
        WorkingFile working = bytes.working();
        Content content = working == null ? Content.EMPTY : working.seal();
        try {
            record(writing, content);
        } catch (RefusedException e) {
            if (e.refusal() != Refusal.NO_ENTRY
                    || parts.tree().item(inode.itemId()).isPresent()) {
                throw e;
            }
            // It was unlinked a moment ago; what is written to such a file has no name to be recorded under.
        }
        parts.contents().recorded(content);
        unrecorded = false;
        writing.dirty = false;
        if (noted) {
            makeDurable(content);
            noted = false;
        }
    }

    /**
     * Records what was written, if the file shows by now what its writer had not seen: whoever takes its name away then takes only
     * what that writer knew of.
     */
    void sealUnlessCurrent(@Nullable WriteSession writing) throws IOException, RefusedException {
        Content shown =
                parts.tree().item(inode.itemId()).map(LocalItem::content).orElse(null);
        if (writing != null && writing.dirty && shown != null && !writing.knows(shown)) {
            seal(writing);
        }
    }

    /** Another file took its place, whatever the disk says to this: what is being written to it is no item's from now on. */
    void disown() {
        WorkingFile working = bytes.working();
        try {
            if (working != null) {
                working.disown();
            }
        } catch (IOException e) {
            LOG.warn("the bytes of {}, which was replaced, stay under its name until it is closed", inode.itemId(), e);
        }
    }

    private void record(WriteSession writing, Content content) throws RefusedException {
        Optional<Sha256> seen = writing.seen();
        Optional<LocalItem> shown =
                Optional.ofNullable(inode.known()).or(() -> parts.tree().item(inode.itemId()));
        int mode = shown.map(LocalItem::mode).orElse(0644);
        parts.tree().seal(inode.itemId(), seen.orElse(null), content, mode, writing.mtimeNs);
        before(writing, shown).ifPresent(before -> parts.seen().replaced(inode.itemId(), before, content.sha256()));
        writing.sealed = content;
        inode.drop();
    }

    /** What is replaced: the last record, what the writer had seen, or that over which the new file was renamed. */
    private static Optional<Sha256> before(WriteSession writing, Optional<LocalItem> shown) {
        Content sealed = writing.sealed;
        return Optional.ofNullable(sealed)
                .map(Content::sha256)
                .or(writing::seen)
                .or(() -> shown.map(LocalItem::content).map(Content::sha256));
    }

    /**
     * Brings bytes and record to stable storage; of a big file in the midst of being written not the record, but a note by which
     * {@link Recovery} makes it.
     */
    void force(@Nullable WriteSession writing) throws IOException, RefusedException {
        WorkingFile working = bytes.working();
        if (writing != null && writing.dirty && sealsQuickly(working)) {
            seal(writing);
        }
        if (working != null) {
            force(working, writing);
            parts.contents().working().force();
        }
        Content content = writing != null && writing.sealed != null ? writing.sealed : bytes.content();
        if (content != null) {
            parts.contents().makeDurable(List.of(content.sha256()));
        }
        parts.makeRecordsDurable().run();
        if (writing != null) {
            writing.forced(parts.settings().clock().millis());
        }
    }

    private boolean sealsQuickly(@Nullable WorkingFile working) {
        return working == null || working.sealsWithin(parts.settings().maxFsyncReadBytes());
    }

    private void force(WorkingFile working, @Nullable WriteSession writing) throws IOException {
        if (writing == null || !writing.dirty || inode.isDetached()) {
            working.force();
            return;
        }
        Optional<Content> recorded = parts.tree().item(inode.itemId()).map(LocalItem::content);
        working.force(
                inode.itemId(),
                writing.mtimeNs,
                writing.seen().orElse(null),
                recorded.map(Content::sha256).orElse(null));
        noted = true;
    }

    /** Sends what a program has brought to stable storage and left alone since, although it keeps the file open. */
    void publish(WriteSession writing) throws IOException, RefusedException {
        if (inode.isDetached()) {
            return;
        }
        if (writing.dirty) {
            seal(writing);
        }
        Content sealed = writing.sealed;
        if (sealed != null && parts.tree().publishOpen(inode.itemId())) {
            writing.published(sealed);
            inode.drop();
        }
    }

    /**
     * The last writer is gone: what was recorded is what the file shows, and may be sent.
     *
     * @param follow takes what the file was recognised as, if it was made anew in the place of one that was renamed away; nobody
     *     sees the tree's change before it returns
     */
    void end(WriteSession ended, BytesId bytesId, Consumer<Recreated> follow) {
        if (inode.isDetached()) {
            // Readers may still need the bytes, which are nowhere else.
            return;
        }
        try {
            sealRest(ended);
            makeDurableIfForced(ended);
        } catch (IOException | RefusedException | RuntimeException e) {
            LOG.error("what was written last to {} is not recorded; its bytes are kept", inode.itemId(), e);
        }
        release(ended, bytesId, follow);
        WorkingFile working = bytes.working();
        bytes.settle(ended.sealed != null ? ended.sealed : bytes.content());
        inode.drop();
        put(working);
    }

    /** What is held stays so until it was written anew. */
    private void release(WriteSession ended, BytesId bytesId, Consumer<Recreated> follow) {
        if (ended.sealed == null && bytes.areHeld()) {
            try {
                var _ = parts.tree().hold(inode.itemId());
            } catch (RefusedException e) {
                LOG.warn("{} is not held any more, its bytes are kept", inode.itemId(), e);
            }
            return;
        }
        if (ended.sealed != null) {
            // First, so that held bytes never hide what was recorded after them.
            parts.contents().working().endHold(bytesId);
        }
        try (Handovers.Handover handover = parts.handovers().handover()) {
            parts.tree().release(inode.itemId(), handover::begin).ifPresent(follow);
        }
    }

    /** Writes of a mapping may come after the last flush. */
    private void sealRest(WriteSession ended) throws IOException, RefusedException {
        if (ended.dirty) {
            seal(ended);
        }
    }

    private void makeDurableIfForced(WriteSession ended) throws IOException {
        if (ended.wasForced() && ended.sealed != null) {
            makeDurable(ended.sealed);
        }
    }

    private void makeDurable(Content recorded) throws IOException {
        parts.contents().makeDurable(List.of(recorded.sha256()));
        parts.makeRecordsDurable().run();
    }

    /** After the last handle is gone. */
    void close() {
        WorkingFile working = bytes.working();
        bytes.close();
        put(working);
    }

    private void put(@Nullable WorkingFile working) {
        if (working == null) {
            return;
        }
        try {
            if (unrecorded) {
                working.keep();
            } else {
                working.discard();
            }
        } catch (IOException e) {
            LOG.warn("a working file could not be removed", e);
        }
    }
}
