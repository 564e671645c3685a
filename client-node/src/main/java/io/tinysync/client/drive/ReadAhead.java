package io.tinysync.client.drive;

import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.FolderReading;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.Content;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a program reads the short files of a folder one after the other, has those that follow fetched together, so that it waits once for many.
 * Thread-safe; nothing here waits for the network.
 */
final class ReadAhead {

    /** How many files are looked at; what is here already of them is not fetched. */
    private static final int FILES = 64;

    private final LocalTree tree;
    private final Downloads downloads;
    private final LongSupplier nowMs;
    private FolderReading reading = FolderReading.NONE;

    ReadAhead(LocalTree tree, Downloads downloads, LongSupplier nowMs) {
        this.tree = tree;
        this.downloads = downloads;
        this.nowMs = nowMs;
    }

    /** A program has opened the file to read it. */
    void opened(LocalItem file) {
        if (isShort(file.content())) {
            downloads.fetchAhead(following(file).stream()
                    .flatMap(item -> Optional.ofNullable(item.content()).stream())
                    .filter(content -> isShort(content) && !downloads.has(content))
                    .distinct()
                    .toList());
        }
    }

    private static boolean isShort(@Nullable Content content) {
        return content != null && content.size() > 0 && content.size() <= BlobFrames.MAX_BLOB_BYTES;
    }

    private synchronized List<LocalItem> following(LocalItem file) {
        long now = nowMs.getAsLong();
        if (downloads.has(Objects.requireNonNull(file.content()))) {
            reading = reading.openedHere(file.parentItemId(), file.name(), now);
            return List.of();
        }
        boolean goesOn = reading.goesOn(file.parentItemId(), file.name(), now);
        reading = reading.opened(file.parentItemId(), now);
        List<LocalItem> following = goesOn ? after(file) : List.of();
        if (goesOn) {
            reading = reading.asking(following.stream().map(LocalItem::name).collect(Collectors.toSet()));
        }
        return following;
    }

    private List<LocalItem> after(LocalItem file) {
        try {
            return tree.children(file.parentItemId(), file.name(), FILES).stream()
                    .limit(FILES)
                    .toList();
        } catch (RefusedException e) {
            // The folder went away meanwhile.
            return List.of();
        }
    }
}
