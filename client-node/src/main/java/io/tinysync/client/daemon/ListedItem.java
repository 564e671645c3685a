package io.tinysync.client.daemon;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What {@code ls --json} prints of an item.
 *
 * @param size bytes of a file's content or a link's target, 0 of a folder
 * @param mtime ns since 1970 as a decimal string, as on the wire
 * @param state placeholder, hydrating, hydrated, dirty or held
 * @param pinned whether it, or a folder that it is in, is to be kept on this device
 */
record ListedItem(String name, ItemId itemId, ItemKind kind, long size, String mtime, String state, boolean pinned) {

    /** Where a file's bytes are, as far as this device goes. */
    interface Whereabouts {
        boolean isHere(Content content);

        boolean isComing(Content content);

        /** Whether the item itself is pinned. */
        boolean isPinned(ItemId itemId);

        /** Whether the item or a folder that it is in is pinned. */
        boolean isKept(ItemId itemId);
    }

    static ListedItem of(LocalItem item, Whereabouts whereabouts, boolean pinned) {
        return new ListedItem(
                item.name(),
                item.itemId(),
                item.kind(),
                size(item),
                Long.toString(item.mtimeNs()),
                state(item, whereabouts),
                pinned);
    }

    private static long size(LocalItem item) {
        Content content = item.content();
        String target = item.target();
        if (content != null) {
            return content.size();
        }
        return target == null ? 0 : target.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String state(LocalItem item, Whereabouts whereabouts) {
        return switch (item.state()) {
            case PENDING, DIRTY -> "dirty";
            case LOCAL_ONLY, HELD -> "held";
            case IN_STEP -> {
                Content content = item.content();
                if (content == null || whereabouts.isHere(content)) {
                    yield "hydrated";
                }
                yield whereabouts.isComing(content) ? "hydrating" : "placeholder";
            }
        };
    }

    String kindName() {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
