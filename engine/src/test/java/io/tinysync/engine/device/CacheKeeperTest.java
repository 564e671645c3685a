package io.tinysync.engine.device;

import static io.tinysync.engine.device.StoredValues.id;
import static io.tinysync.engine.device.StoredValues.opId;
import static io.tinysync.engine.device.StoredValues.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.device.CacheKeeper.Evicted;
import io.tinysync.engine.device.core.CacheBudget;
import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is dropped from the cache, and above all what is not. */
final class CacheKeeperTest {

    private static final NameRules NAMES = NameRules.of(NamePolicy.POSIX);

    @TempDir
    private Path directory;

    private final MemoryDeviceStore store = new MemoryDeviceStore(name -> name);
    private DirectoryContents contents = new DirectoryContents(Path.of("."));

    @BeforeEach
    void useTheTestsDirectory() {
        contents = new DirectoryContents(directory);
        write(store, tx -> tx.setPosition(tx.position().withBootstrapped()));
    }

    private CacheKeeper keeper(long maxBytes) {
        return new CacheKeeper(store, NAMES, contents, new CacheBudget(maxBytes, 0));
    }

    /** A content of 100 bytes that was used at a time. */
    private Content here(int number, long usedAtMs) throws IOException {
        byte[] bytes = new byte[100];
        bytes[0] = (byte) number;
        Content content = contents.add(bytes);
        Files.setLastModifiedTime(directory.resolve(content.sha256().toString()), FileTime.fromMillis(usedAtMs));
        return content;
    }

    private static Item item(ItemId id, ItemId parent, ItemKind kind, @Nullable Content content) {
        return new Item(id, parent, "n" + id, kind, content, null, 0644, 1, 1, 1, 1, null);
    }

    private void onServer(int number, ItemId parent, Content content) {
        write(store, tx -> tx.putServerItem(item(id(number), parent, ItemKind.FILE, content)));
    }

    @Test
    void the_longest_unused_make_room_for_what_comes() throws IOException {
        Content old = here(1, 1000);
        Content older = here(2, 500);
        Content recent = here(3, 9000);
        onServer(1, ItemId.ROOT, old);
        onServer(2, ItemId.ROOT, older);
        onServer(3, ItemId.ROOT, recent);

        keeper(310).require(100);

        assertThat(contents.has(older)).isFalse();
        assertThat(contents.has(recent)).isTrue();
        assertThat(contents.has(old))
                .as("one was not enough, with a little to spare")
                .isFalse();
    }

    @Test
    void nothing_that_the_server_has_not_acknowledged_is_dropped_and_what_does_not_fit_is_refused() throws IOException {
        Content pending = here(1, 1);
        Content shown = here(2, 2);
        Content held = here(3, 3);
        write(store, tx -> {
            Intent create = new Intent.Create(id(1), ItemId.ROOT, "a", ItemKind.FILE, pending, null, 0644, 1);
            tx.putPending(new PendingOp(1, opId(1), create, PendingState.SENT, null, null, null, 0, 0, 0));
            tx.putOverlay(row(2, shown, OverlayItem.Hold.NONE));
            tx.putOverlay(row(3, held, OverlayItem.Hold.HELD));
        });
        CacheKeeper keeper = keeper(300);

        assertThatThrownBy(() -> keeper.require(1)).isInstanceOf(ContentStore.NoSpaceException.class);
        assertThat(keeper.evict(pending.sha256())).isEqualTo(Evicted.UNACKNOWLEDGED);
        assertThat(keeper.evict(held.sha256())).isEqualTo(Evicted.UNACKNOWLEDGED);
        assertThat(contents.has(pending) && contents.has(shown) && contents.has(held))
                .isTrue();
    }

    @Test
    void nothing_is_dropped_while_the_servers_tree_is_not_here() throws IOException {
        Content unknown = here(1, 1);
        write(store, tx -> tx.setPosition(SyncPosition.START));
        CacheKeeper keeper = keeper(0);

        keeper.upkeep();
        keeper.dropReplaced();

        assertThat(keeper.evict(unknown.sha256())).isEqualTo(Evicted.UNACKNOWLEDGED);
        assertThat(contents.has(unknown)).isTrue();
    }

    private static OverlayItem row(int number, Content content, OverlayItem.Hold hold) {
        return new OverlayItem(
                id(number),
                OverlayItem.Presence.PRESENT,
                null,
                ItemId.ROOT,
                "n" + number,
                ItemKind.FILE,
                content,
                null,
                0644,
                1,
                hold,
                null,
                null);
    }

    @Test
    void what_is_pinned_stays_also_by_its_folder_wherever_it_is_moved() throws IOException {
        Content deep = here(1, 1);
        Content other = here(2, 2);
        write(store, tx -> {
            tx.putServerItem(item(id(10), ItemId.ROOT, ItemKind.FOLDER, null));
            tx.putServerItem(item(id(11), id(10), ItemKind.FOLDER, null));
            tx.putServerItem(item(id(12), ItemId.ROOT, ItemKind.FOLDER, null));
            tx.setPinned(id(10), true);
        });
        onServer(1, id(11), deep);
        onServer(2, ItemId.ROOT, other);
        CacheKeeper keeper = keeper(100);

        assertThat(keeper.upkeep()).isTrue();
        assertThat(contents.has(other)).isFalse();
        assertThat(keeper.evict(deep.sha256())).isEqualTo(Evicted.PINNED);

        write(store, tx -> tx.putServerItem(item(id(10), id(12), ItemKind.FOLDER, null)));
        assertThat(keeper.evict(deep.sha256())).isEqualTo(Evicted.PINNED);
        write(store, tx -> tx.putServerItem(item(id(11), ItemId.ROOT, ItemKind.FOLDER, null)));
        assertThat(keeper.evict(deep.sha256())).isEqualTo(Evicted.EVICTED);
        assertThat(keeper.evict(deep.sha256())).isEqualTo(Evicted.NOT_HERE);
    }

    @Test
    void what_is_open_stays() throws IOException {
        Content open = here(1, 1);
        onServer(1, ItemId.ROOT, open);
        contents.inUse.add(open.sha256());
        CacheKeeper keeper = keeper(0);

        assertThat(keeper.upkeep()).isFalse();
        assertThat(keeper.evict(open.sha256())).isEqualTo(Evicted.IN_USE);
        contents.inUse.clear();
        assertThat(keeper.upkeep()).isTrue();
        assertThat(contents.has(open)).isFalse();
    }

    @Test
    void a_replaced_content_goes_unless_another_item_has_it_or_it_is_open() throws IOException {
        Content replaced = here(1, 1);
        Content copied = here(2, 2);
        Content open = here(3, 3);
        onServer(1, ItemId.ROOT, replaced);
        onServer(2, ItemId.ROOT, copied);
        onServer(20, ItemId.ROOT, copied);
        onServer(3, ItemId.ROOT, open);
        contents.inUse.add(open.sha256());
        Content fresh = here(4, 4);
        for (int number = 1; number <= 3; number++) {
            onServer(number, ItemId.ROOT, fresh);
        }
        CacheKeeper keeper = keeper(Long.MAX_VALUE);

        keeper.dropReplaced();

        assertThat(contents.has(replaced)).isFalse();
        assertThat(contents.has(copied) && contents.has(open) && contents.has(fresh))
                .isTrue();
        assertThat(store.<List<Sha256>>read(view -> view.replacedContents(Optional.empty(), 10)))
                .containsExactly(open.sha256());
        contents.inUse.clear();
        keeper.dropReplaced();
        assertThat(contents.has(open)).isFalse();
    }

    @Test
    void little_room_on_the_disk_counts_like_a_full_budget() throws IOException {
        Content old = here(1, 1);
        onServer(1, ItemId.ROOT, old);
        contents.freeBytes = 50;

        new CacheKeeper(store, NAMES, contents, new CacheBudget(Long.MAX_VALUE, 60)).upkeep();

        assertThat(contents.has(old)).isFalse();
    }
}
