package io.tinysync.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every tree, whatever was done to it: thousands of random ops, right and wrong ones, from a seed. */
final class ItemTreePropertyTest {

    private static final int OPS = 3000;
    private static final String[] NAMES = {"a", "B", "b", "straße", "STRASSE", "é", "e\u0301", "con", "x.txt", "", "a/b"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_tree_keeps_its_invariants_under_random_ops(long seed) {
        NamePolicy policy = seed % 2 == 0 ? NamePolicy.PORTABLE : NamePolicy.POSIX;
        TreeLog log = new TreeLog(policy);
        Random random = new Random(seed);
        List<ItemId> known = new ArrayList<>(List.of(ItemId.ROOT));
        for (int i = 0; i < OPS; i++) {
            Op op = randomOp(random, log, known);
            ItemTree before = log.tree();
            Decision decision = log.submit(op);
            switch (decision) {
                case Decision.Accepted accepted -> known.add(accepted.item().itemId());
                case Decision.Rejected rejected -> assertThat(log.tree()).isSameAs(before);
            }
            if (i % 100 == 0) {
                assertInvariants(log.tree(), policy);
            }
        }
        assertThat(log.seq()).as("ops that took effect").isGreaterThan(OPS / 10);
        assertThat(log.entries().stream().map(Entry::kind).distinct().count())
                .as("kinds of entries, all but purge and epoch")
                .isEqualTo(9);
        assertThat(log.entries())
                .as("a subtree came back")
                .anyMatch(entry -> entry.kind() == EntryKind.RESTORE && entry.scope() == Scope.SUBTREE);
        assertThat(log.replayed()).isEqualTo(log.tree());
        assertSnapshotRebuilds(log.tree());
    }

    private static Op randomOp(Random random, TreeLog log, List<ItemId> known) {
        ItemId id = pick(random, known);
        ItemId parent = pick(random, known);
        String name = NAMES[random.nextInt(NAMES.length)] + (random.nextBoolean() ? random.nextInt(50) : "");
        long slip = random.nextInt(5) == 0 ? random.nextInt(3) : 0;
        Item item = log.tree().live(id).orElse(null);
        Base content = Base.at(item == null ? 1 : item.contentVersion() + slip);
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> log.createFolder(log.newId(), parent, name);
            case 3 -> new Op.CreateSymlink(log.newOp(), log.newId(), List.of(), parent, name, "t", 0777, 0);
            case 4, 5 -> log.createFile(log.newId(), parent, name, log.blob(random.nextInt(100)));
            case 6 -> log.update(id, log.blob(random.nextInt(100)), content);
            case 7, 8 -> log.move(id, parent, name);
            case 9 -> log.chmod(id, random.nextInt(0777), content);
            case 10 -> log.delete(id, content);
            case 11 -> log.deleteSubtree(id, Base.at(Math.max(0, log.seq() - random.nextInt(2))), random.nextInt(200));
            case 12 -> log.restoreSubtree(id);
            default -> log.restoreAt(id, random.nextBoolean(), parent, name);
        };
    }

    private static ItemId pick(Random random, List<ItemId> known) {
        return random.nextInt(6) == 0 ? ItemId.ROOT : known.get(random.nextInt(known.size()));
    }

    private static void assertInvariants(ItemTree tree, NamePolicy policy) {
        Map<ItemId, Integer> depths = new HashMap<>(Map.of(ItemId.ROOT, 0));
        Set<String> places = new HashSet<>();
        long bytes = 0;
        for (Iterator<Item> items = tree.liveItems(); items.hasNext(); ) {
            Item item = items.next();
            assertThat(item.isLive()).isTrue();
            assertThat(depths).as("parents come before children").containsKey(item.parentItemId());
            Integer depth = depths.getOrDefault(item.parentItemId(), 0) + 1;
            assertThat(depth).isLessThanOrEqualTo(Limits.MAX_DEPTH);
            if (item.kind() == ItemKind.FOLDER) {
                depths.put(item.itemId(), depth);
            }
            String key = NameRules.of(policy).key(item.name()).value();
            assertThat(places.add(item.parentItemId() + "/" + key))
                    .as("one holder of %s", key)
                    .isTrue();
            assertThat(tree.child(item.parentItemId(), item.name())).contains(item);
            assertThat(tree.tombstone(item.itemId())).isEmpty();
            bytes += item.content() == null ? 0 : item.content().size();
        }
        assertThat(tree.liveCount()).as("every live item is below the root").isEqualTo(places.size());
        assertThat(tree.liveBytes()).isEqualTo(bytes);
        tree.tombstones().forEachRemaining(item -> assertThat(item.isLive()).isFalse());
    }

    /** A tree made anew from its items decides as the old one does, also about what only deletions know: who went together. */
    private static void assertSnapshotRebuilds(ItemTree tree) {
        ItemTree rebuilt = ItemTree.of(tree.policy(), tree.liveItems(), tree.tombstones());
        assertThat(rebuilt).isEqualTo(tree);
        assertThat(rebuilt.liveBytes()).isEqualTo(tree.liveBytes());
        assertInvariants(rebuilt, tree.policy());
        Evaluation evaluation = new Evaluation(1_000_000, Limits.DEFAULT, op -> OptionalLong.empty(), Map.of());
        tree.tombstones().forEachRemaining(item -> {
            Op restore = new TreeLog(tree.policy()).restoreAt(item.itemId(), true, ItemId.ROOT, "back");
            assertThat(rebuilt.decide(restore, evaluation)).isEqualTo(tree.decide(restore, evaluation));
        });
    }
}
