package io.tinysync.engine.tree;

import static io.tinysync.engine.protocol.ItemId.ROOT;
import static io.tinysync.engine.protocol.RejectionCode.DEPENDENCY_REJECTED;
import static io.tinysync.engine.protocol.RejectionCode.INVALID_NAME;
import static io.tinysync.engine.protocol.RejectionCode.ITEM_MISSING;
import static io.tinysync.engine.protocol.RejectionCode.NAME_TAKEN;
import static io.tinysync.engine.protocol.RejectionCode.PARENT_MISSING;
import static io.tinysync.engine.protocol.RejectionCode.QUOTA_EXCEEDED;
import static io.tinysync.engine.protocol.RejectionCode.SUBTREE_CHANGED;
import static io.tinysync.engine.protocol.RejectionCode.TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Scope;
import org.junit.jupiter.api.Test;

/** Deletions and restores of whole subtrees, purge, and the depth of the tree. */
final class SubtreeRulesTest {

    private final TreeLog log = new TreeLog(NamePolicy.PORTABLE);
    private final ItemId folder = log.folder(ROOT, "folder");
    private final ItemId inner = log.folder(folder, "inner");
    private final ItemId file = log.file(inner, "file");

    @Test
    void a_subtree_goes_as_one_entry() {
        long seq = log.accept(log.deleteSubtree(folder, Base.at(3), 2));

        for (ItemId id : new ItemId[] {folder, inner, file}) {
            Item tombstone = log.tombstone(id);
            assertThat(tombstone.deletedAtSeq()).isEqualTo(seq);
            assertThat(tombstone.version()).isEqualTo(seq);
            assertThat(tombstone.placementVersion()).isLessThan(seq);
        }
        assertThat(log.tree().liveCount()).isZero();
        assertThat(log.tree().liveBytes()).isZero();
        assertThat(log.entries().getLast().scope()).isEqualTo(Scope.SUBTREE);
    }

    /** FIELD 28: a file added inside a folder that another device deletes must not be lost. */
    @Test
    void what_came_into_the_folder_unseen_keeps_it() {
        log.file(inner, "added");

        Decision.Rejected byBase = log.reject(log.deleteSubtree(folder, Base.at(3), 9));
        Decision.Rejected byCount = log.reject(log.deleteSubtree(folder, Base.at(4), 2));

        assertThat(byBase.code()).isEqualTo(SUBTREE_CHANGED);
        assertThat(byBase.current()).isEqualTo(log.item(folder));
        assertThat(byCount.code()).isEqualTo(SUBTREE_CHANGED);
        assertThat(byCount.message()).contains("live_descendants = 2");
        log.accept(log.deleteSubtree(folder, Base.at(4), 3));
    }

    @Test
    void a_change_below_that_the_deleter_had_not_seen_keeps_the_folder() {
        log.accept(log.chmod(file, 0400, Base.at(3)));
        assertThat(log.reject(log.deleteSubtree(folder, Base.at(3), 2)).code()).isEqualTo(SUBTREE_CHANGED);
    }

    @Test
    void a_change_of_the_folder_itself_does_not_keep_it() {
        log.accept(log.move(folder, ROOT, "renamed"));
        log.accept(log.deleteSubtree(folder, Base.at(3), 2));
    }

    @Test
    void what_an_op_that_is_required_changed_counts_as_seen() {
        Op.UpdateContent edit = log.update(file, log.blob(5), Base.at(3));
        log.accept(edit);

        assertThat(log.reject(log.deleteSubtree(folder, Base.at(3), 2)).code()).isEqualTo(SUBTREE_CHANGED);
        log.accept(log.deleteSubtree(folder, Base.at(3), 2, edit.opId()));
    }

    @Test
    void an_own_change_after_a_foreign_one_does_not_hide_it() {
        log.accept(log.update(file, log.blob(5), Base.at(3)));
        Op.SetMetadata mine = log.chmod(file, 0400, Base.at(4));
        log.accept(mine);

        assertThat(log.reject(log.deleteSubtree(folder, Base.at(3), 2, mine.opId()))
                        .code())
                .isEqualTo(SUBTREE_CHANGED);
    }

    @Test
    void a_folder_moved_in_keeps_the_subtree() {
        ItemId other = log.folder(ROOT, "other");
        log.accept(log.move(other, folder, "other"));

        assertThat(log.reject(log.deleteSubtree(folder, Base.at(4), 9)).code()).isEqualTo(SUBTREE_CHANGED);
    }

    @Test
    void a_base_by_op_is_its_seq_and_needs_its_acceptance() {
        Op.Delete delete = log.delete(file);
        log.accept(delete);

        assertThat(log.reject(log.deleteSubtree(folder, Base.after(log.newOp()), 2))
                        .code())
                .isEqualTo(DEPENDENCY_REJECTED);
        log.accept(log.deleteSubtree(folder, Base.after(delete.opId()), 1));
    }

    @Test
    void a_file_has_no_subtree() {
        assertThat(log.reject(log.deleteSubtree(file, Base.at(3), 0)).code()).isEqualTo(ITEM_MISSING);
    }

    /** FIELD 17: mass restore is one operation. */
    @Test
    void a_subtree_comes_back_as_one_entry_with_what_went_with_it() {
        log.accept(log.delete(file));
        ItemId second = log.file(inner, "second");
        log.accept(log.deleteSubtree(folder, Base.at(5), 2));
        long seq = log.accept(log.restoreSubtree(folder));

        for (ItemId id : new ItemId[] {folder, inner, second}) {
            assertThat(log.item(id).version()).isEqualTo(seq);
            assertThat(log.item(id).placementVersion()).isEqualTo(seq);
            assertThat(log.item(id).contentVersion()).isLessThan(seq);
        }
        assertThat(log.tree().tombstone(file)).as("it was deleted before").isPresent();
        assertThat(log.entries().getLast().scope()).isEqualTo(Scope.SUBTREE);
        assertThat(log.replayed()).isEqualTo(log.tree());
    }

    @Test
    void a_restore_alone_leaves_the_rest_deleted_for_later() {
        log.accept(log.deleteSubtree(folder, Base.at(3), 2));
        log.accept(log.restore(folder));
        assertThat(log.entries().getLast().scope()).isEqualTo(Scope.ITEM);
        assertThat(log.tree().liveCount()).isEqualTo(1);

        log.accept(log.restoreSubtree(inner));
        assertThat(log.tree().child(inner, "file")).contains(log.item(file));
        assertThat(log.tree().tombstoneCount()).isZero();
    }

    @Test
    void a_part_that_lives_elsewhere_does_not_come_back_with_the_folder() {
        log.accept(log.deleteSubtree(folder, Base.at(3), 2));
        log.accept(log.restoreAt(inner, false, ROOT, "elsewhere"));
        log.accept(log.restoreSubtree(folder));

        assertThat(log.item(inner).parentItemId()).isEqualTo(ROOT);
        assertThat(log.tree().tombstone(file)).isPresent();
        assertThat(log.tree().liveCount()).isEqualTo(2);
    }

    @Test
    void an_item_comes_back_under_its_id_and_an_edit_can_follow() {
        log.accept(log.delete(file));
        log.accept(log.restore(file));

        log.accept(log.update(file, log.blob(7), Base.at(3)));
    }

    @Test
    void a_restore_needs_a_tombstone_a_parent_and_a_free_name() {
        assertThat(log.reject(log.restore(file)).code()).isEqualTo(ITEM_MISSING);
        assertThat(log.reject(log.restore(file)).current()).isEqualTo(log.item(file));
        log.accept(log.deleteSubtree(inner, Base.at(3), 1));

        assertThat(log.reject(log.restore(file)).code()).isEqualTo(PARENT_MISSING);
        assertThat(log.reject(log.restoreAt(file, false, ROOT, "a:b")).code()).isEqualTo(INVALID_NAME);
        ItemId holder = log.folder(folder, "INNER");
        Decision.Rejected taken = log.reject(log.restoreSubtree(inner));
        assertThat(taken.code()).isEqualTo(NAME_TAKEN);
        assertThat(taken.current()).isEqualTo(log.item(holder));
        log.accept(log.restoreAt(inner, true, null, "inner again"));
        log.accept(log.move(file, ROOT, "out"));
    }

    @Test
    void a_restore_over_the_quota_is_refused() {
        log.accept(log.deleteSubtree(folder, Base.at(3), 2));
        log.limits(new Limits(100, 9, 0L, 1, 1));

        assertThat(log.reject(log.restoreSubtree(folder)).code()).isEqualTo(QUOTA_EXCEEDED);
        log.accept(log.restore(folder));
    }

    @Test
    void a_purge_forgets_the_tombstones_of_one_deletion() {
        log.accept(log.delete(file));
        log.accept(log.deleteSubtree(folder, Base.at(4), 1));
        log.append(EntryKind.PURGE, Scope.NONE, log.tombstone(folder), null);

        assertThat(log.tree().tombstone(folder)).isEmpty();
        assertThat(log.tree().tombstone(inner)).isEmpty();
        assertThat(log.tree().tombstone(file)).isPresent();
        assertThat(log.reject(log.restore(folder)).code()).isEqualTo(ITEM_MISSING);
    }

    @Test
    void a_purge_leaves_what_was_restored_and_deleted_anew() {
        log.accept(log.deleteSubtree(folder, Base.at(3), 2));
        log.accept(log.restoreAt(file, false, ROOT, "again"));
        log.accept(log.delete(file));
        log.append(EntryKind.PURGE, Scope.NONE, log.tombstone(folder), null);

        assertThat(log.tree().tombstone(inner)).isEmpty();
        log.accept(log.restore(file));
    }

    @Test
    void nothing_gets_deeper_than_the_limit_by_creation_move_or_restore() {
        ItemId bottom = chain(ROOT, Limits.MAX_DEPTH);
        assertThat(log.tree().liveCount()).isEqualTo(3 + Limits.MAX_DEPTH);

        assertThat(log.reject(log.createFolder(log.newId(), bottom, "x")).code())
                .isEqualTo(TOO_LARGE);
        ItemId almost = log.item(log.item(bottom).parentItemId()).itemId();
        assertThat(log.reject(log.move(folder, almost, "x")).code()).isEqualTo(TOO_LARGE);
        log.accept(log.deleteSubtree(folder, Base.at(log.seq()), 2));
        assertThat(log.reject(log.restoreAt(folder, true, almost, "x")).code()).isEqualTo(TOO_LARGE);
        log.accept(log.restoreAt(folder, false, almost, "x"));
    }

    @Test
    void depth_that_came_into_a_folder_by_a_move_counts() {
        ItemId deep = log.folder(ROOT, "deep");
        chain(deep, Limits.MAX_DEPTH / 2);
        ItemId outer = log.folder(ROOT, "outer");
        log.accept(log.move(deep, outer, "deep"));
        ItemId bottom = chain(log.folder(ROOT, "other"), Limits.MAX_DEPTH / 2);

        assertThat(log.reject(log.move(outer, bottom, "outer")).code()).isEqualTo(TOO_LARGE);
    }

    @Test
    void a_folder_that_was_deep_once_can_be_moved_where_it_fits_now() {
        ItemId deep = log.folder(ROOT, "deep");
        chain(deep, Limits.MAX_DEPTH - 1);
        ItemId first = log.tree().child(deep, "level").orElseThrow().itemId();
        assertThat(log.reject(log.move(deep, folder, "deep")).code()).isEqualTo(TOO_LARGE);
        log.accept(log.deleteSubtree(first, Base.at(log.seq()), Limits.MAX_DEPTH));
        log.file(deep, "flat");

        log.accept(log.move(deep, folder, "deep"));
    }

    private ItemId chain(ItemId top, int length) {
        ItemId bottom = top;
        for (int i = 0; i < length; i++) {
            bottom = log.folder(bottom, "level");
        }
        return bottom;
    }
}
