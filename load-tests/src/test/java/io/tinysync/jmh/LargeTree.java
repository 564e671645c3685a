package io.tinysync.jmh;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** 100,000 items, always the same: folders in folders, down to the fourth level, where the files are. */
final class LargeTree {

    private static final int FOLDERS_A_LEVEL = 10;
    private static final int FILES_A_FOLDER = 99;

    /** The names from the root to one of the files. */
    static final List<String> PATH = List.of("folder 4", "folder 5", "folder 6", "file 42.txt");

    private final List<Item> items = new ArrayList<>();

    private LargeTree() {}

    /** Parents before children. */
    static List<Item> items() {
        LargeTree tree = new LargeTree();
        tree.fill(ItemId.ROOT, 3);
        return tree.items;
    }

    private void fill(ItemId parent, int levels) {
        for (int i = 0; i < FOLDERS_A_LEVEL; i++) {
            Item folder = add(parent, "folder " + i, ItemKind.FOLDER, null);
            if (levels > 1) {
                fill(folder.itemId(), levels - 1);
            } else {
                for (int file = 0; file < FILES_A_FOLDER; file++) {
                    var _ = add(folder.itemId(), "file " + file + ".txt", ItemKind.FILE, Content.EMPTY);
                }
            }
        }
    }

    private Item add(ItemId parent, String name, ItemKind kind, @Nullable Content content) {
        long seq = items.size() + 1L;
        Item item = new Item(id(seq), parent, name, kind, content, null, 0644, 0, seq, seq, seq, null);
        items.add(item);
        return item;
    }

    /** Of the form of an UUIDv7. */
    static ItemId id(long number) {
        return new ItemId(new UUID(number << 16 | 0x7000, 0x8000000000000000L | number));
    }
}
