package io.tinysync.client.rescue;

import io.tinysync.client.content.KeptContents;
import io.tinysync.client.store.Salvage;
import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies what one vault's device has and the server has not acknowledged out to a folder: what is pending, recorded, held or kept
 * here by its name, at the paths that the drive shows. Changes nothing of the device. Used once.
 */
final class Rescue {

    /** For what has no path. */
    private static final String UNNAMED = "unnamed";

    private final Salvage store;
    private final KeptContents contents;
    private final SalvagedPaths paths;
    private final RescueFolder target;
    private final String prefix;
    private final Map<ItemId, PendingOp> lastContents = new HashMap<>();
    private final Set<Sha256> copied = new HashSet<>();
    private final Set<ItemId> done = new HashSet<>();

    private long files;
    private long bytes;
    private long failures;

    /**
     * Of one vault.
     *
     * @param prefix a folder's path with a slash at its end, or nothing
     */
    Rescue(Salvage store, KeptContents contents, RescueFolder target, String prefix) {
        this.store = store;
        this.contents = contents;
        this.paths = new SalvagedPaths(store);
        this.target = target;
        this.prefix = prefix;
    }

    /** What was done. */
    record Outcome(long files, long bytes, long failures) {}

    Outcome run() throws IOException {
        for (PendingOp op : store.pending()) {
            if (op.intent().gives() != null) {
                lastContents.put(op.itemId(), op);
            }
        }
        for (OverlayItem row : store.overlay().values()) {
            shown(row);
        }
        for (PendingOp op : store.pending()) {
            pendingOnly(op);
        }
        for (KeptContents.Unrecorded each : contents.unrecorded()) {
            unrecorded(each);
        }
        unnamed();
        return new Outcome(files, bytes, failures);
    }

    private void shown(OverlayItem row) throws IOException {
        Content content = row.content();
        if (!row.isPresent() || content == null) {
            return;
        }
        Optional<String> why = why(row, content);
        if (why.isPresent()) {
            done.add(row.itemId());
            copy(content, path(row.itemId()), why.get());
        }
    }

    private Optional<String> why(OverlayItem row, Content content) {
        PendingOp op = lastContents.get(row.itemId());
        if (op != null) {
            return Optional.of(waits(op));
        }
        return switch (row.hold()) {
            case LOCAL_ONLY -> Optional.of("stays on this device by its name");
            case HELD -> Optional.empty();
            case OPEN, COMPANIONS, NONE -> {
                if (row.seal() != null) {
                    yield Optional.of("recorded, and not asked of the server yet");
                }
                boolean known = store.isWhole()
                        || store.serverItem(row.itemId())
                                .map(Item::content)
                                .filter(content::sameBytes)
                                .isPresent();
                yield known ? Optional.empty() : Optional.of("not known to be on the server");
            }
        };
    }

    private static String waits(PendingOp op) {
        String state = switch (op.state()) {
            case WAITING -> "waits to be sent";
            case SENT -> "sent, and not answered";
            case ACCEPTED -> "accepted, and not yet seen in the log";
            case REJECTED -> "refused, and to be decided anew";
        };
        return op.code() == null ? state : state + ": " + op.code();
    }

    /** What the overlay does not show, such as an item of which its row is damaged, and what has no bytes. */
    private void pendingOnly(PendingOp op) throws IOException {
        OverlayItem row = store.overlay().get(op.itemId());
        boolean isGone = row != null && !row.isPresent();
        if (isGone || done.contains(op.itemId())) {
            return;
        }
        Content content = op.intent().gives();
        if (content != null && op.equals(lastContents.get(op.itemId()))) {
            done.add(op.itemId());
            copy(content, path(op), waits(op));
        } else if (op.intent() instanceof Intent.Create create && create.itemKind() != ItemKind.FILE) {
            done.add(op.itemId());
            withoutBytes(create, path(op), waits(op));
        }
    }

    private String path(PendingOp op) {
        boolean shown = store.overlay().containsKey(op.itemId());
        return !shown && op.intent() instanceof Intent.Create create
                ? prefix + paths.of(create.parentItemId(), create.name())
                : path(op.itemId());
    }

    private String path(ItemId itemId) {
        return prefix + paths.of(itemId).orElse(UNNAMED + "/" + itemId);
    }

    private void withoutBytes(Intent.Create create, String path, String why) throws IOException {
        String link = create.target();
        try {
            if (link == null) {
                target.folder(path, why);
            } else {
                target.link(path, link, why);
            }
        } catch (IOException e) {
            fail(path, String.valueOf(e.getMessage()));
        }
    }

    private void unrecorded(KeptContents.Unrecorded each) throws IOException {
        if (Files.size(each.path()) == 0 || isCopied(each.path())) {
            return;
        }
        String path = each.bytes()
                .flatMap(paths::of)
                .or(() -> each.itemId().flatMap(paths::of))
                .map(found -> prefix + found)
                .orElse(prefix + UNNAMED + "/" + each.path().getFileName());
        copy(
                each.path(),
                Files.size(each.path()),
                path,
                each.held() ? "held since an unclean stop" : "was being written, and not closed");
    }

    /** A working file of which a program wrote no more is the same file as the content that it was recorded as. */
    private boolean isCopied(Path file) throws IOException {
        for (Sha256 sha256 : copied) {
            Path cached = contents.file(sha256);
            if (Files.exists(cached) && Files.isSameFile(cached, file)) {
                return true;
            }
        }
        return false;
    }

    private void copy(Content content, String path, String why) throws IOException {
        if (content.size() == 0) {
            copy(Path.of("/dev/null"), 0, path, why);
            return;
        }
        Optional<Path> file = contents.find(content);
        if (file.isEmpty()) {
            fail(path, why + "; its bytes are not on this device");
            return;
        }
        Sha256 hash = copy(file.get(), content.size(), path, why);
        if (hash != null && !hash.equals(content.sha256())) {
            fail(path, "the bytes that were copied are damaged: they should be " + content.sha256());
        }
    }

    private @Nullable Sha256 copy(Path file, long sizeBytes, String path, String why) throws IOException {
        try {
            Sha256 hash = target.copy(file, sizeBytes, path, why);
            copied.add(hash);
            files++;
            bytes += sizeBytes;
            return hash;
        } catch (IOException e) {
            fail(path, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Contents that no readable record names: all that were set aside, and after a damage all that are here. */
    private void unnamed() throws IOException {
        Set<Sha256> left = new HashSet<>(contents.asideNow());
        Path aside = contents.recovered();
        for (Sha256 sha256 : left) {
            if (!copied.contains(sha256)) {
                Path file = aside.resolve(sha256.toString());
                copy(file, Files.size(file), prefix + UNNAMED + "/" + sha256, "no record names it");
            }
        }
        if (!store.isWhole()) {
            Set<Sha256> cached = contents.cached();
            store.eachServerItem(item -> {
                if (item.content() != null) {
                    cached.remove(item.content().sha256());
                }
            });
            cached.removeAll(copied);
            for (Sha256 sha256 : cached) {
                Path file = contents.file(sha256);
                copy(file, Files.size(file), prefix + UNNAMED + "/" + sha256, "no record that can be read names it");
            }
        }
    }

    private void fail(String path, String why) throws IOException {
        failures++;
        target.failed(path, why);
    }
}
