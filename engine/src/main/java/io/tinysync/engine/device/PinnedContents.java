package io.tinysync.engine.device;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.NamedContents;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds what of the pinned items' contents is not here, step by step; each step is one read of the store. Holds no state. */
final class PinnedContents {

    private static final int PAGE = 500;

    /** Something to look at, or what was found. */
    sealed interface Task {

        /** The pinned items after one, or all. */
        record Pins(@Nullable ItemId after) implements Task {}

        /** An item, which may be pinned. */
        record Look(ItemId itemId) implements Task {}

        /** What is in a folder that is pinned, after a name. */
        record Children(ItemId folder, String afterName) implements Task {}

        /** A content to be fetched. */
        record Fetch(Content content) implements Task {}
    }

    private final VaultParts parts;

    PinnedContents(VaultParts parts) {
        this.parts = parts;
    }

    /** What follows from a task, in the order in which it is to be done. */
    List<Task> look(Task task) {
        return parts.store().<List<Task>>read(view -> {
            LocalView tree = new LocalView(view, parts.rules().names());
            return switch (task) {
                case Task.Pins(ItemId after) -> pins(view, after);
                case Task.Look(ItemId itemId) -> item(view, tree, itemId);
                case Task.Children(ItemId folder, String afterName) -> children(tree, folder, afterName);
                case Task.Fetch fetch -> List.of(fetch);
            };
        });
    }

    private static List<Task> pins(StoreView view, @Nullable ItemId after) {
        List<ItemId> page = view.pins(Optional.ofNullable(after), PAGE);
        List<Task> found = new ArrayList<>(page.stream().map(Task.Look::new).toList());
        if (page.size() == PAGE) {
            found.add(new Task.Pins(page.getLast()));
        }
        return found;
    }

    private List<Task> item(StoreView view, LocalView tree, ItemId itemId) {
        Optional<LocalItem> item = tree.item(itemId);
        return item.isPresent()
                        && new NamedContents(view, tree)
                                .pin(item.get().itemId())
                                .isPresent()
                ? wanted(item.get())
                : List.of();
    }

    private List<Task> wanted(LocalItem item) {
        Content content = item.content();
        if (item.isFolder()) {
            return List.of(new Task.Children(item.itemId(), ""));
        }
        return content == null || parts.contents().has(content) ? List.of() : List.of(new Task.Fetch(content));
    }

    private List<Task> children(LocalView tree, ItemId folder, String afterName) {
        List<LocalItem> page = tree.children(folder, afterName, PAGE);
        List<Task> found = new ArrayList<>();
        page.forEach(child -> found.addAll(wanted(child)));
        if (page.size() >= PAGE) {
            found.add(new Task.Children(folder, page.getLast().name()));
        }
        return found;
    }
}
