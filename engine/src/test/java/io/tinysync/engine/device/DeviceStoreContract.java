package io.tinysync.engine.device;

import static io.tinysync.engine.device.StoredValues.content;
import static io.tinysync.engine.device.StoredValues.file;
import static io.tinysync.engine.device.StoredValues.id;
import static io.tinysync.engine.device.StoredValues.kept;
import static io.tinysync.engine.device.StoredValues.opId;
import static io.tinysync.engine.device.StoredValues.overlay;
import static io.tinysync.engine.device.StoredValues.pending;
import static io.tinysync.engine.device.StoredValues.seal;
import static io.tinysync.engine.device.StoredValues.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.device.core.Seal;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Sha256;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link DeviceStore} does. A subclass opens the store of one and the same vault, again and again: what was written
 * before is there. The store keys names by {@link #key}.
 */
public abstract class DeviceStoreContract {

    private static final ItemId ROOT = ItemId.ROOT;

    /** Opens the test's store, closing the instance that it opened before, as a process that was killed would find it. */
    protected abstract DeviceStore open();

    /** The name key of these tests: case does not matter. */
    protected static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    @Test
    void a_new_store_is_empty() {
        DeviceStore store = open();
        assertThat(store.<SyncPosition>read(view -> view.position())).isEqualTo(SyncPosition.START);
        assertThat(store.<List<Item>>read(view -> view.serverItems(ROOT, 10))).isEmpty();
        assertThat(store.<List<PendingOp>>read(view -> view.pendingAfter(0, 10)))
                .isEmpty();
        assertThat(store.<TreeTotals>read(view -> view.serverTotals())).isEqualTo(new TreeTotals(0, 0));
    }

    @Test
    void what_was_written_is_there_after_reopening() {
        Item item = file(id(1), ROOT, "Über 😀.txt");
        OverlayItem shown = overlay(id(2), ROOT, "b");
        PendingOp op = pending(7, 1, 2);
        Cursor cursor = new Cursor(3, 9, new Chain(5, -6));
        SyncPosition position = new SyncPosition(cursor, 12, true, 4, true, 2);
        write(open(), tx -> {
            tx.putServerItem(item);
            tx.putOverlay(shown);
            tx.putPending(op);
            tx.setPosition(position);
        });
        DeviceStore store = open();
        store.read(view -> {
            assertThat(view.serverItem(id(1))).contains(item);
            assertThat(view.overlay(id(2))).contains(shown);
            assertThat(view.pending(op.opId())).contains(op);
            assertThat(view.position()).isEqualTo(position);
            return 0;
        });
    }

    @Test
    void a_transaction_sees_what_it_wrote() {
        write(open(), tx -> {
            tx.putServerItem(file(id(1), ROOT, "a"));
            assertThat(tx.serverChild(ROOT, "a")).isPresent();
            tx.removeServerItem(id(1));
            assertThat(tx.serverChild(ROOT, "a")).isEmpty();
            assertThat(tx.serverItem(id(1))).isEmpty();
        });
    }

    @Test
    void a_transaction_that_throws_changes_nothing() {
        DeviceStore store = open();
        write(store, tx -> tx.putServerItem(file(id(1), ROOT, "a")));
        assertThatThrownBy(() -> write(store, tx -> {
                    tx.removeServerItem(id(1));
                    tx.putPending(pending(1, 1, 1));
                    tx.setPosition(SyncPosition.START.withRequestNo(5));
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no");
        store.read(view -> {
            assertThat(view.serverItem(id(1))).isPresent();
            assertThat(view.pendingTotals().ops()).isZero();
            assertThat(view.position()).isEqualTo(SyncPosition.START);
            return 0;
        });
    }

    @Test
    void children_are_found_by_the_key_of_their_name_and_keep_their_spelling() {
        DeviceStore store = open();
        write(store, tx -> {
            tx.putServerItem(file(id(1), ROOT, "Read.Me"));
            tx.putOverlay(overlay(id(2), ROOT, "MAKEfile"));
        });
        store.read(view -> {
            assertThat(view.serverChild(ROOT, "README")).isEmpty();
            assertThat(view.serverChild(ROOT, "read.me").map(Item::name)).contains("Read.Me");
            assertThat(view.overlayChild(ROOT, "makeFile").map(OverlayItem::name))
                    .contains("MAKEfile");
            return 0;
        });
    }

    @Test
    void a_glance_sees_what_was_committed_last_and_nothing_of_what_is_under_way() {
        DeviceStore store = open();
        assertThat(glance(store)).isEmpty();
        write(store, tx -> {
            tx.putServerItem(file(id(1), ROOT, "a"));
            tx.putOverlay(overlay(id(2), ROOT, "B"));
            assertThat(glance(store)).isEmpty();
        });
        assertThat(glance(store)).containsExactly("a 1", "B 2");
        write(store, tx -> {
            tx.putServerItem(file(id(1), ROOT, "b"));
            tx.putOverlay(overlay(id(2), ROOT, "A"));
        });
        assertThat(glance(store)).containsExactly("b 1", "A 2");
        assertThatThrownBy(() -> write(store, tx -> {
                    tx.removeServerItem(id(1));
                    tx.removeOverlay(id(2));
                    tx.putOverlay(overlay(id(3), ROOT, "b"));
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(glance(store)).containsExactly("b 1", "A 2");
        write(store, tx -> tx.removeServerItem(id(1)));
        assertThat(glance(store)).containsExactly("A 2");
        write(store, tx -> tx.removeOverlay(id(2)));
        assertThat(glance(store)).isEmpty();
    }

    private static List<String> glance(DeviceStore store) {
        return store.glance(view -> Stream.of("a", "b")
                .flatMap(name -> Stream.concat(
                        view.serverChild(ROOT, name).stream().map(item -> item.name() + " " + number(item.itemId())),
                        view.overlayChild(ROOT, name).stream().map(item -> item.name() + " " + number(item.itemId()))))
                .sorted(Comparator.comparing(text -> text.substring(text.length() - 1)))
                .toList());
    }

    private static long number(ItemId itemId) {
        return itemId.value().getLeastSignificantBits();
    }

    @Test
    void a_child_that_moved_is_found_at_its_new_place_only() {
        DeviceStore store = open();
        write(store, tx -> {
            tx.putServerItem(file(id(1), ROOT, "a"));
            tx.putServerItem(file(id(1), id(9), "b"));
            tx.putOverlay(overlay(id(2), ROOT, "c"));
            tx.putOverlay(overlay(id(2), id(9), "d"));
        });
        store.read(view -> {
            assertThat(view.serverChildren(ROOT, "", 10)).isEmpty();
            assertThat(view.serverChild(id(9), "b")).isPresent();
            assertThat(view.overlayChildren(ROOT, "", 10)).isEmpty();
            assertThat(view.overlayChild(id(9), "d")).isPresent();
            assertThat(view.serverTotals().items()).isEqualTo(1);
            return 0;
        });
    }

    @Test
    void what_is_refused_kept_sealed_or_a_conflict_copy_is_found() {
        DeviceStore store = open();
        String copy = "a (conflicted copy, laptop, 2026-01-31, 2).txt";
        PendingOp refused = pending(3, 3, 3).refused(PendingState.WAITING, RejectionCode.QUOTA_EXCEEDED, 99);
        OverlayItem held = kept(overlay(id(5), ROOT, "held"), OverlayItem.Hold.HELD, null);
        OverlayItem local = kept(overlay(id(6), ROOT, ".DS_Store"), OverlayItem.Hold.LOCAL_ONLY, seal("x"));
        write(store, tx -> {
            tx.putPending(pending(1, 1, 1));
            tx.putPending(pending(2, 2, 2).refused(PendingState.REJECTED, RejectionCode.NAME_TAKEN, 99));
            tx.putPending(refused);
            tx.putOverlay(held);
            tx.putOverlay(local);
            tx.putOverlay(overlay(id(7), ROOT, copy));
            tx.putOverlay(overlay(id(8), ROOT, copy, OverlayItem.Presence.GONE, null));
            tx.putServerItem(file(id(9), ROOT, copy));
            tx.putServerItem(file(id(10), ROOT, "all about (conflicted copy, and so on"));
        });
        store.read(view -> {
            assertThat(view.refusedOps(9)).containsExactly(refused);
            assertThat(view.overlayKept(OverlayItem.Hold.HELD, 9)).containsExactly(held);
            assertThat(view.overlayKept(OverlayItem.Hold.LOCAL_ONLY, 9)).containsExactly(local);
            assertThat(view.hasSealed()).isFalse();
            assertThat(view.overlayCopies(9)).extracting(OverlayItem::itemId).containsExactly(id(7));
            assertThat(view.serverCopies(9)).extracting(Item::itemId).containsExactly(id(9));
            return 0;
        });
        write(store, tx -> tx.putOverlay(kept(overlay(id(4), ROOT, "open"), OverlayItem.Hold.OPEN, seal("y"))));
        assertThat(store.<Boolean>read(StoreView::hasSealed)).isTrue();
    }

    @Test
    void pages_of_children_follow_the_bytes_of_the_keys() {
        DeviceStore store = open();
        // U+FFEE is above the surrogates in UTF-16 units and below U+1F600 in code points and in UTF-8.
        List<String> names = List.of("B", "a", "ä", "\uffee", "😀");
        write(store, tx -> {
            int number = 1;
            for (String name : names.reversed()) {
                tx.putServerItem(file(id(number), ROOT, name));
                tx.putOverlay(overlay(id(100 + number), ROOT, name));
                number++;
            }
            tx.putServerItem(file(id(50), id(1), "elsewhere"));
        });
        List<String> order = List.of("a", "B", "ä", "\uffee", "😀");
        store.read(view -> {
            assertThat(view.serverChildren(ROOT, "", 10)).extracting(Item::name).isEqualTo(order);
            assertThat(view.serverChildren(ROOT, "A", 2)).extracting(Item::name).containsExactly("B", "ä");
            assertThat(view.overlayChildren(ROOT, "", 3))
                    .extracting(OverlayItem::name)
                    .isEqualTo(order.subList(0, 3));
            assertThat(view.overlayChildren(ROOT, "ä", 10))
                    .extracting(OverlayItem::name)
                    .isEqualTo(order.subList(3, 5));
            return 0;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 100, StoreView.MAX_TOGETHER})
    void items_are_in_step_where_the_overlay_has_nothing_of_them(int count) {
        List<Item> items = IntStream.range(0, count)
                .mapToObj(i -> file(id(i + 1), ROOT, "f" + i))
                .toList();
        List<Item> expected = IntStream.range(0, count)
                .filter(i -> i % 3 != 2)
                .mapToObj(items::get)
                .toList();
        DeviceStore store = open();
        write(
                store,
                tx -> items.stream()
                        .filter(item -> !expected.contains(item))
                        .forEach(item -> tx.putOverlay(overlay(item.itemId(), ROOT, item.name()))));
        assertThat(store.<List<Item>>read(view -> view.inStep(items))).isEqualTo(expected);
        write(store, tx -> assertThat(tx.inStep(items)).isEqualTo(expected));
    }

    @Test
    void overlay_items_of_one_name_come_by_id_and_in_one_page() {
        DeviceStore store = open();
        write(store, tx -> {
            tx.putOverlay(overlay(id(3), ROOT, "x"));
            tx.putOverlay(overlay(id(2), ROOT, "X"));
            tx.putOverlay(overlay(id(4), ROOT, "y"));
        });
        store.read(view -> {
            assertThat(view.overlayChild(ROOT, "x").map(OverlayItem::itemId)).contains(id(2));
            assertThat(view.overlayChildren(ROOT, "", 1))
                    .extracting(OverlayItem::itemId)
                    .containsExactly(id(2), id(3));
            return 0;
        });
    }

    @Test
    void an_overlay_item_that_is_not_present_is_nobodys_child() {
        DeviceStore store = open();
        write(store, tx -> tx.putOverlay(overlay(id(2), ROOT, "x", OverlayItem.Presence.GONE, null)));
        write(store, tx -> tx.putOverlay(overlay(id(3), ROOT, "x", OverlayItem.Presence.MERGED, id(2))));
        store.read(view -> {
            assertThat(view.overlayChild(ROOT, "x")).isEmpty();
            assertThat(view.overlayChildren(ROOT, "", 9)).isEmpty();
            assertThat(view.overlayItems(ROOT, 9))
                    .extracting(OverlayItem::itemId)
                    .containsExactly(id(2), id(3));
            assertThat(view.overlayItems(id(2), 9)).hasSize(1);
            return 0;
        });
    }

    @Test
    void pages_of_all_items_follow_the_bytes_of_the_ids() {
        DeviceStore store = open();
        ItemId high = new ItemId(new UUID(-1, 0));
        write(store, tx -> {
            tx.putServerItem(file(high, ROOT, "high"));
            tx.putServerItem(file(id(1), ROOT, "low"));
        });
        store.read(view -> {
            assertThat(view.serverItems(ROOT, 1)).extracting(Item::itemId).containsExactly(id(1));
            assertThat(view.serverItems(id(1), 5)).extracting(Item::itemId).containsExactly(high);
            assertThat(view.serverItems(high, 5)).isEmpty();
            return 0;
        });
    }

    @Test
    void pending_ops_keep_their_order_and_are_found_by_item_and_id() {
        DeviceStore store = open();
        write(store, tx -> {
            tx.putPending(pending(30, 3, 1));
            tx.putPending(pending(10, 1, 1));
            tx.putPending(pending(20, 2, 2));
        });
        store.read(view -> {
            assertThat(view.pendingAfter(0, 2)).extracting(PendingOp::position).containsExactly(10L, 20L);
            assertThat(view.pendingAfter(20, 2)).extracting(PendingOp::position).containsExactly(30L);
            assertThat(view.pendingOf(id(1))).extracting(PendingOp::position).containsExactly(10L, 30L);
            assertThat(view.pending(opId(2)).map(PendingOp::position)).contains(20L);
            assertThat(view.pendingTotals().ops()).isEqualTo(3);
            assertThat(view.pendingTotals().bytes()).isEqualTo(3 * 5);
            assertThat(view.pendingTotals().oldestObservedMs()).isEqualTo(1010);
            return 0;
        });
        write(store, tx -> tx.removePending(opId(1)));
        store.read(view -> {
            assertThat(view.pendingTotals().oldestObservedMs()).isEqualTo(1020);
            assertThat(view.pending(opId(1))).isEmpty();
            return 0;
        });
    }

    @Test
    void pending_ops_are_found_by_their_state() {
        DeviceStore store = open();
        PendingOp accepted = pending(2, 2, 1).accepted(9);
        write(store, tx -> {
            tx.putPending(pending(1, 1, 1));
            tx.putPending(accepted);
            tx.putPending(pending(3, 3, 1).accepted(10));
            tx.putPending(pending(3, 3, 1));
        });
        store.read(view -> {
            assertThat(view.pendingIn(PendingState.ACCEPTED, 9)).containsExactly(accepted);
            assertThat(view.pendingIn(PendingState.WAITING, 1))
                    .extracting(PendingOp::position)
                    .containsExactly(1L);
            assertThat(view.pendingIn(PendingState.SENT, 9)).isEmpty();
            return 0;
        });
    }

    @Test
    void an_op_is_kept_exactly_as_it_was_sent() {
        DeviceStore store = open();
        PendingOp waiting = pending(1, 1, 1);
        Op wire = new Op.UpdateContent(
                opId(1), id(1), List.of(opId(8)), content("x"), 0640, Long.MIN_VALUE, Base.after(opId(8)));
        PendingOp sent = waiting.sent(wire);
        PendingOp refused = sent.refused(PendingState.WAITING, RejectionCode.QUOTA_EXCEEDED, 99);
        PendingOp accepted = refused.sent(wire).accepted(12);
        write(store, tx -> tx.addPending(waiting));
        for (PendingOp next : List.of(sent, refused, accepted)) {
            write(open(), tx -> tx.advancePending(next));
            assertThat(open().<Optional<PendingOp>>read(view -> view.pending(opId(1))))
                    .contains(next);
            assertThat(open().<List<PendingOp>>read(view -> view.pendingIn(next.state(), 9)))
                    .containsExactly(next);
            assertThat(open().<List<PendingOp>>read(view -> view.pendingOf(id(1))))
                    .containsExactly(next);
        }
        assertThat(open().<Long>read(view -> view.pendingTotals().ops())).isEqualTo(1);
    }

    @Test
    void positions_are_never_given_twice() {
        long[] last = {0};
        for (int i = 0; i < 3; i++) {
            write(open(), tx -> {
                long position = tx.nextPendingPosition();
                assertThat(position).isGreaterThan(last[0]);
                last[0] = tx.nextPendingPosition();
                assertThat(last[0]).isGreaterThan(position);
                tx.putPending(pending(last[0], 1, 1));
                tx.removePending(opId(1));
            });
        }
    }

    @Test
    void totals_follow_the_servers_tree() {
        DeviceStore store = open();
        write(store, tx -> {
            tx.putServerItem(file(id(1), ROOT, "a"));
            tx.putServerItem(file(id(2), ROOT, "b"));
            tx.putServerItem(file(id(2), ROOT, "c"));
            tx.removeServerItem(id(7));
        });
        assertThat(store.<TreeTotals>read(view -> view.serverTotals())).isEqualTo(new TreeTotals(2, 10));
        write(store, tx -> tx.removeServerItem(id(1)));
        assertThat(open().<TreeTotals>read(view -> view.serverTotals())).isEqualTo(new TreeTotals(1, 5));
    }

    @Test
    void every_intent_is_kept_as_it_is() {
        List<Intent> intents = List.of(
                new Intent.Create(id(1), ROOT, "l", ItemKind.SYMLINK, null, "t", 0777, -5),
                new Intent.Update(id(1), content("x"), 0600, 5, Sha256.hash(new byte[0])),
                new Intent.Move(id(1), new Place(ROOT, "a"), new Place(id(2), "b")),
                new Intent.SetMetadata(id(1), null, Long.MIN_VALUE, null),
                new Intent.Delete(id(1), new Place(ROOT, "a"), Sha256.hash(new byte[0])),
                new Intent.Restore(id(1), new Place(ROOT, "a"), true));
        for (int i = 0; i < intents.size(); i++) {
            int number = i + 1;
            PendingOp op = new PendingOp(
                    number, opId(number), intents.get(i), PendingState.WAITING, null, null, null, 0, 0, 0);
            assertThat(readAgain(op.intent())).isEqualTo(op.intent());
            write(open(), tx -> tx.putPending(op));
            assertThat(open().<Optional<PendingOp>>read(view -> view.pending(opId(number))))
                    .contains(op);
        }
    }

    /** The form in which a store may keep an intent. */
    private static Intent readAgain(Intent intent) {
        try {
            return Json.read(Json.write(intent), Intent.class);
        } catch (Json.MalformedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_seal_and_a_hold_are_kept() {
        OverlayItem sealed = new OverlayItem(
                id(1),
                OverlayItem.Presence.PRESENT,
                null,
                ROOT,
                "a",
                ItemKind.FILE,
                content("x"),
                null,
                0600,
                1,
                OverlayItem.Hold.OPEN,
                new Seal(content("x"), Sha256.hash(new byte[0])),
                new BytesId(id(7).value()));
        write(open(), tx -> tx.putOverlay(sealed));
        assertThat(open().<Optional<OverlayItem>>read(view -> view.overlay(id(1))))
                .contains(sealed);
    }

    @Test
    void pins_are_kept_whatever_becomes_of_their_items() {
        write(open(), tx -> {
            tx.setPinned(ROOT, true);
            tx.setPinned(id(1), true);
            tx.setPinned(id(2), true);
            tx.setPinned(id(1), true);
            tx.setPinned(id(2), false);
        });
        DeviceStore store = open();
        assertThat(store.<Boolean>read(view -> view.isPinned(id(1)))).isTrue();
        assertThat(store.<Boolean>read(view -> view.isPinned(id(2)))).isFalse();
        assertThat(store.<List<ItemId>>read(view -> view.pins(Optional.empty(), 10)))
                .containsExactly(ROOT, id(1));
        assertThat(store.<List<ItemId>>read(view -> view.pins(Optional.of(ROOT), 10)))
                .containsExactly(id(1));
    }

    @Test
    void it_knows_what_names_a_content() {
        Sha256 server = content("12345").sha256();
        Sha256 sealed = content("sealed").sha256();
        Sha256 given = content("given").sha256();
        write(open(), tx -> {
            tx.putServerItem(file(id(1), ROOT, "a"));
            tx.putServerItem(file(id(2), ROOT, "b"));
            tx.putOverlay(withContent(id(3), "sealed"));
            Intent update = new Intent.Update(id(4), content("given"), 0600, 5, server);
            tx.putPending(new PendingOp(1, opId(1), update, PendingState.WAITING, null, null, null, 0, 0, 0));
        });
        DeviceStore store = open();
        assertThat(store.<Boolean>read(view -> view.isUnacknowledged(server))).isFalse();
        assertThat(store.<Boolean>read(view -> view.isUnacknowledged(sealed))).isTrue();
        assertThat(store.<Boolean>read(view -> view.isUnacknowledged(given))).isTrue();
        assertThat(store.<List<Item>>read(view -> view.serverItemsOf(server, 10)))
                .hasSize(2);
        assertThat(store.<List<Item>>read(view -> view.serverItemsOf(server, 1)))
                .hasSize(1);
        assertThat(store.<List<Item>>read(view -> view.serverItemsOf(sealed, 10)))
                .isEmpty();
    }

    private static OverlayItem withContent(ItemId id, String text) {
        return new OverlayItem(
                id,
                OverlayItem.Presence.PRESENT,
                null,
                ROOT,
                "n" + id,
                ItemKind.FILE,
                content(text),
                null,
                0600,
                1,
                OverlayItem.Hold.NONE,
                null,
                null);
    }

    @Test
    void it_takes_note_of_contents_that_an_item_has_no_more() {
        write(open(), tx -> {
            tx.putServerItem(file(id(1), ROOT, "a"));
            tx.putServerItem(file(id(1), ROOT, "renamed"));
            tx.putOverlay(withContent(id(2), "first"));
            tx.putOverlay(withContent(id(2), "second"));
            tx.putOverlay(withContent(id(3), "12345"));
            tx.putServerItem(file(id(3), ROOT, "c"));
            tx.removeOverlay(id(3));
        });
        assertThat(replaced(open())).containsExactly(content("first").sha256());
        write(open(), tx -> {
            tx.forgetReplaced(content("first").sha256());
            tx.removeOverlay(id(2));
            tx.removeServerItem(id(1));
        });
        assertThat(replaced(open()))
                .containsExactlyInAnyOrder(
                        content("second").sha256(), content("12345").sha256());
    }

    private static List<Sha256> replaced(DeviceStore store) {
        return store.read(view -> view.replacedContents(Optional.empty(), 10));
    }
}
