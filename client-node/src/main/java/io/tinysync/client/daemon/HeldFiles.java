package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.control.ListedHeld;
import io.tinysync.client.drive.LocalDrive;
import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files of one vault that show recovered bytes, which are neither sent nor dropped until a person or a program settles them. */
final class HeldFiles {

    /** More than a person settles one by one. */
    private static final int MAX_LISTED = 1000;

    private final AttachedDrive attached;
    private final SqliteStore store;
    private final NameRules names;
    private final ContentFiles contents;
    private final LocalDrive drive;

    HeldFiles(AttachedDrive attached, SqliteStore store, NameRules names, ContentFiles contents, LocalDrive drive) {
        this.attached = attached;
        this.store = store;
        this.names = names;
        this.contents = contents;
        this.drive = drive;
    }

    /** Those at and below a path; all where that is empty. */
    List<ListedHeld> list(String path) {
        String below = path.replaceAll("^/+|/+$", "");
        return store.<List<ListedHeld>>read(view -> {
            LocalView tree = new LocalView(view, names);
            return view.overlayKept(OverlayItem.Hold.HELD, MAX_LISTED).stream()
                    .flatMap(row -> tree.item(row.itemId()).stream())
                    .map(item -> listed(item, tree.path(item)))
                    .filter(held -> below.isEmpty()
                            || held.path().equals(below)
                            || held.path().startsWith(below + "/"))
                    .toList();
        });
    }

    private ListedHeld listed(LocalItem item, String path) {
        Content recorded = item.content();
        return new ListedHeld(
                attached.vault().name(),
                attached.mountpoint().toString(),
                path,
                contents.working().held(item.bytes()).map(HeldFiles::size).orElse(0L),
                recorded == null ? null : recorded.size(),
                "it was being written when TinySync or the machine stopped, and was not closed");
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives up the recovered bytes of a file; returns a sentence about what is shown then. */
    String drop(String path) {
        LocalItem item = attached.listing().find(path);
        if (item.state() != LocalState.HELD) {
            throw new Refusal("'" + path + "' is not held");
        }
        if (!drive.dropHeld(item)) {
            throw new Refusal("'" + path + "' stays held: a program has it open");
        }
        return Optional.ofNullable(item.content())
                .map(content -> "'%s' shows its %s from before again".formatted(path, StatusText.bytes(content.size())))
                .orElse("'%s' is removed: nothing of it was ever closed".formatted(path));
    }

    static String text(List<ListedHeld> held) {
        if (held.isEmpty()) {
            return "nothing is held";
        }
        StringBuilder text = new StringBuilder();
        for (ListedHeld each : held) {
            Long recorded = each.recordedSize();
            text.append("%s: %s%n  %s recovered, %s; %s%n"
                    .formatted(
                            each.vault(),
                            each.path(),
                            StatusText.bytes(each.size()),
                            recorded == null ? "nothing closed before" : StatusText.bytes(recorded) + " closed before",
                            each.why()));
        }
        return text.append(
                        "'tinysync held keep PATH' takes what was recovered as the file, 'tinysync held drop PATH' gives it up")
                .toString();
    }
}
