package io.tinysync.engine.device;

import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.device.core.Seal;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Values for the store's contract suites. */
final class StoredValues {

    private static final ItemId ROOT = ItemId.ROOT;

    private StoredValues() {}

    static void write(DeviceStore store, Consumer<StoreTransaction> work) {
        store.<Integer>write(tx -> {
            work.accept(tx);
            return 0;
        });
    }

    static ItemId id(long number) {
        return new ItemId(new UUID(0x7000, number));
    }

    static OpId opId(long number) {
        return new OpId(new UUID(0x7000, number));
    }

    static Content content(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Content(Sha256.hash(bytes), bytes.length);
    }

    static Item file(ItemId id, ItemId parent, String name) {
        return new Item(id, parent, name, ItemKind.FILE, content("12345"), null, 0640, -1, 3, 2, 1, null);
    }

    static OverlayItem overlay(ItemId id, ItemId parent, String name) {
        return overlay(id, parent, name, OverlayItem.Presence.PRESENT, null);
    }

    static OverlayItem overlay(
            ItemId id, ItemId parent, String name, OverlayItem.Presence presence, @Nullable ItemId mergedInto) {
        return new OverlayItem(
                id,
                presence,
                mergedInto,
                parent,
                name,
                ItemKind.SYMLINK,
                null,
                "../target",
                0777,
                Long.MAX_VALUE,
                OverlayItem.Hold.NONE,
                null,
                null);
    }

    static OverlayItem kept(OverlayItem row, OverlayItem.Hold hold, @Nullable Seal seal) {
        return new OverlayItem(
                row.itemId(),
                row.presence(),
                row.mergedInto(),
                row.parentItemId(),
                row.name(),
                row.kind(),
                row.content(),
                row.target(),
                row.mode(),
                row.mtimeNs(),
                hold,
                seal,
                row.bytes());
    }

    static Seal seal(String text) {
        return new Seal(content(text), null);
    }

    static PendingOp pending(long position, long opNumber, long itemNumber) {
        Intent intent = new Intent.Create(id(itemNumber), ROOT, "n", ItemKind.FILE, content("12345"), null, 0600, 7);
        return new PendingOp(
                position, opId(opNumber), intent, PendingState.WAITING, null, null, null, 2, 55, 1000 + position);
    }
}
