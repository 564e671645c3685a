package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.CacheKeeper.Evicted;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.NamedContents;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.tree.NameRules;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Which contents of one vault are on this device, and what a person wants to be there: evict, pin, unpin. */
final class LocalContents implements ListedItem.Whereabouts {

    private static final int PAGE = 500;

    /** Reasons printed of a folder in which much stays. */
    private static final int MAX_REASONS = 10;

    private final SqliteStore store;
    private final NameRules names;
    private final ContentFiles contents;
    private final VaultActors actors;
    private final Path mountpoint;

    LocalContents(SqliteStore store, NameRules names, ContentFiles contents, VaultActors actors, Path mountpoint) {
        this.store = store;
        this.names = names;
        this.contents = contents;
        this.actors = actors;
        this.mountpoint = mountpoint;
    }

    Listing listing() {
        return new Listing(actors.tree(), this, mountpoint);
    }

    @Override
    public boolean isHere(Content content) {
        return contents.has(content);
    }

    @Override
    public boolean isComing(Content content) {
        return contents.arriving(content).isPresent();
    }

    @Override
    public boolean isPinned(ItemId itemId) {
        return store.<Boolean>read(view -> view.isPinned(itemId));
    }

    @Override
    public boolean isKept(ItemId itemId) {
        return pin(itemId).isPresent();
    }

    private Optional<LocalItem> pin(ItemId itemId) {
        return store.<Optional<LocalItem>>read(view -> new NamedContents(view, new LocalView(view, names)).pin(itemId));
    }

    /** Keeps an item, with all that is in it and will be, on this device. */
    String pin(String path) {
        LocalItem item = listing().find(path);
        setPinned(item.itemId(), true);
        actors.upkeep().pinned(item.itemId());
        return "%s is pinned: what of it is not here is fetched in the background".formatted(shown(path));
    }

    String unpin(String path) {
        LocalItem item = listing().find(path);
        if (!isPinned(item.itemId())) {
            throw new Refusal(pin(item.itemId())
                    .map(folder ->
                            "%s is pinned with the folder '%s': unpin that".formatted(shown(path), folder.name()))
                    .orElse("%s is not pinned".formatted(shown(path))));
        }
        setPinned(item.itemId(), false);
        return pin(item.itemId())
                .map(folder -> "%s is still pinned with the folder '%s'".formatted(shown(path), folder.name()))
                .orElse("%s is not pinned any more".formatted(shown(path)));
    }

    private void setPinned(ItemId itemId, boolean pinned) {
        store.<ItemId>write(transaction -> {
            transaction.setPinned(itemId, pinned);
            return itemId;
        });
        store.makeDurable();
    }

    private static String shown(String path) {
        return path.isEmpty() || path.equals("/") ? "the drive" : "'" + path + "'";
    }

    /** What became of the files at and below a path. */
    private static final class Report {
        private final List<String> reasons = new ArrayList<>();
        private long evicted;
        private long bytes;
        private long stay;

        void add(String name, Content content, Evicted result) {
            switch (result) {
                case EVICTED -> {
                    evicted++;
                    bytes += content.size();
                }
                case NOT_HERE -> {
                    // Which is what was asked for.
                }
                case IN_USE -> stays(name, "a program has it open");
                case UNACKNOWLEDGED -> stays(name, "the server does not have it yet, or it never leaves this device");
                case PINNED -> stays(name, "it is pinned");
            }
        }

        private void stays(String name, String why) {
            stay++;
            if (reasons.size() < MAX_REASONS) {
                reasons.add("'%s' stays: %s".formatted(name, why));
            }
        }

        String text() {
            String sentence = evicted == 0 && stay == 0
                    ? "nothing was here to evict"
                    : "evicted %d %s, %s".formatted(evicted, evicted == 1 ? "file" : "files", StatusText.bytes(bytes));
            List<String> lines = new ArrayList<>(List.of(stay == 0 ? sentence : sentence + "; " + stay + " stay"));
            lines.addAll(reasons);
            if (stay > reasons.size()) {
                lines.add("and %d more".formatted(stay - reasons.size()));
            }
            return String.join("\n", lines);
        }
    }

    /** Drops what is here of the files at and below a path; refuses if there is something and none of it can go. */
    String evict(String path) {
        Report report = new Report();
        Deque<LocalItem> left = new ArrayDeque<>(List.of(listing().find(path)));
        while (!left.isEmpty()) {
            LocalItem item = left.removeFirst();
            Content content = item.content();
            if (content != null && content.size() > 0) {
                report.add(item.name(), content, actors.keeper().evict(content.sha256()));
            }
            if (item.isFolder()) {
                children(item, report).forEach(left::addFirst);
            }
        }
        if (report.evicted == 0 && report.stay > 0) {
            throw new Refusal(String.join("; ", report.reasons));
        }
        return report.text();
    }

    /** Evicts the files in a folder, page by page; returns the folders. */
    private List<LocalItem> children(LocalItem folder, Report report) {
        List<LocalItem> folders = new ArrayList<>();
        List<LocalItem> page = page(folder.itemId(), "");
        while (!page.isEmpty()) {
            for (LocalItem child : page) {
                Content content = child.content();
                if (child.isFolder()) {
                    folders.add(child);
                } else if (content != null && content.size() > 0) {
                    report.add(child.name(), content, actors.keeper().evict(content.sha256()));
                }
            }
            page = page(folder.itemId(), page.getLast().name());
        }
        return folders;
    }

    private List<LocalItem> page(ItemId folder, String after) {
        try {
            return actors.tree().children(folder, after, PAGE);
        } catch (RefusedException e) {
            return List.of();
        }
    }
}
