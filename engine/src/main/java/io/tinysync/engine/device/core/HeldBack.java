package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.HashSet;
import java.util.Set;

/** What ops that are not sent yet are about, so that those which would have to follow them are not sent either. */
final class HeldBack {

    private final Set<ItemId> items = new HashSet<>();
    private final Set<Place> places = new HashSet<>();
    private final Set<ItemId> folders = new HashSet<>();
    private final Set<Sha256> contents = new HashSet<>();

    void add(Intent intent) {
        items.add(intent.itemId());
        places.addAll(Places.of(intent));
        folders.addAll(Places.parents(intent));
        Content content = intent.gives();
        if (content != null) {
            contents.add(content.sha256());
        }
    }

    /** Whether the intent has to do with what is held back: its item, name or folder, or the only copy of a content. */
    boolean concerns(Intent intent) {
        if (items.contains(intent.itemId())
                || Places.of(intent).stream().anyMatch(places::contains)
                || Places.parents(intent).stream().anyMatch(items::contains)) {
            return true;
        }
        return intent instanceof Intent.Delete delete
                && (folders.contains(delete.itemId()) || (delete.seen() != null && contents.contains(delete.seen())));
    }
}
