package io.tinysync.engine.tree;

import static io.tinysync.engine.protocol.ItemId.ROOT;
import static io.tinysync.engine.protocol.RejectionCode.BLOB_MISSING;
import static io.tinysync.engine.protocol.RejectionCode.CYCLE;
import static io.tinysync.engine.protocol.RejectionCode.DEPENDENCY_REJECTED;
import static io.tinysync.engine.protocol.RejectionCode.INVALID_NAME;
import static io.tinysync.engine.protocol.RejectionCode.ITEM_EXISTS;
import static io.tinysync.engine.protocol.RejectionCode.ITEM_MISSING;
import static io.tinysync.engine.protocol.RejectionCode.NAME_TAKEN;
import static io.tinysync.engine.protocol.RejectionCode.NOT_EMPTY;
import static io.tinysync.engine.protocol.RejectionCode.PARENT_MISSING;
import static io.tinysync.engine.protocol.RejectionCode.QUOTA_EXCEEDED;
import static io.tinysync.engine.protocol.RejectionCode.TOO_LARGE;
import static io.tinysync.engine.protocol.RejectionCode.VERSION_CONFLICT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Sha256;
import org.junit.jupiter.api.Test;

/** Creations, edits, moves and single deletions; subtrees have their own test. */
final class MutationRulesTest {

    private final TreeLog log = new TreeLog(NamePolicy.PORTABLE);

    @Test
    void a_creation_sets_all_three_versions_to_its_seq() {
        log.folder(ROOT, "first");
        ItemId id = log.file(ROOT, "file.txt");

        Item item = log.item(id);
        assertThat(item.version()).isEqualTo(2);
        assertThat(item.contentVersion()).isEqualTo(2);
        assertThat(item.placementVersion()).isEqualTo(2);
        assertThat(log.tree().liveCount()).isEqualTo(2);
        assertThat(log.tree().liveBytes()).isEqualTo(10);
    }

    @Test
    void an_id_is_created_once_even_after_its_deletion() {
        ItemId id = log.file(ROOT, "a");
        assertRejected(log.createFolder(id, ROOT, "b"), ITEM_EXISTS, log.item(id));
        log.accept(log.delete(id));

        assertRejected(log.createFolder(id, ROOT, "b"), ITEM_EXISTS, log.tombstone(id));
        assertThat(log.reject(log.createFolder(ROOT, ROOT, "b")).code()).isEqualTo(ITEM_EXISTS);
    }

    @Test
    void a_name_is_taken_by_its_key_and_the_holder_is_named() {
        ItemId holder = log.folder(ROOT, "Straße");

        assertRejected(log.createFolder(log.newId(), ROOT, "STRAßE"), NAME_TAKEN, log.item(holder));
        log.accept(log.createFolder(log.newId(), holder, "STRAßE"));
    }

    @Test
    void the_parent_must_be_a_live_folder() {
        ItemId file = log.file(ROOT, "file");
        ItemId gone = log.folder(ROOT, "gone");
        log.accept(log.delete(gone));

        for (ItemId parent : new ItemId[] {file, gone, log.newId()}) {
            assertThat(log.reject(log.createFolder(log.newId(), parent, "x")).code())
                    .isEqualTo(PARENT_MISSING);
            assertThat(log.reject(log.move(file, parent, "x")).code()).isEqualTo(PARENT_MISSING);
        }
    }

    @Test
    void a_forbidden_name_is_refused_with_the_reason() {
        Decision.Rejected rejected = log.reject(log.createFolder(log.newId(), ROOT, "x".repeat(256)));

        assertThat(rejected.code()).isEqualTo(INVALID_NAME);
        assertThat(rejected.message()).isEqualTo("name is 256 bytes, the limit is 255");
    }

    @Test
    void a_file_over_the_limit_is_too_large_and_an_unknown_or_other_blob_missing() {
        log.limits(new Limits(100, 0, 0L, 1, 1));
        Content tooLarge = log.blob(101);
        Content wrongSize = new Content(log.blob(50).sha256(), 49);
        Content unknown = new Content(Sha256.hash(new byte[] {1}), 1);

        assertThat(log.reject(log.createFile(log.newId(), ROOT, "f", tooLarge)).message())
                .isEqualTo("the file is 101 bytes, the limit is 100");
        assertThat(log.reject(log.createFile(log.newId(), ROOT, "f", tooLarge)).code())
                .isEqualTo(TOO_LARGE);
        assertThat(log.reject(log.createFile(log.newId(), ROOT, "f", wrongSize)).code())
                .isEqualTo(BLOB_MISSING);
        assertThat(log.reject(log.createFile(log.newId(), ROOT, "f", unknown)).code())
                .isEqualTo(BLOB_MISSING);
    }

    @Test
    void a_quota_bounds_what_grows_and_nothing_else() {
        ItemId first = log.file(ROOT, "first");
        log.limits(new Limits(100, 25, 0L, 1, 1));
        log.file(ROOT, "second");

        assertThat(log.reject(log.createFile(log.newId(), ROOT, "third", log.blob(6)))
                        .code())
                .isEqualTo(QUOTA_EXCEEDED);
        log.accept(log.update(first, log.blob(15), Base.at(1)));
        log.limits(new Limits(100, 5, 0L, 1, 1));
        log.accept(log.update(first, log.blob(14), Base.at(3)));
        assertThat(log.tree().liveBytes()).isEqualTo(24);
    }

    @Test
    void a_quota_of_items_bounds_what_is_made_and_restored_and_nothing_else() {
        ItemId first = log.file(ROOT, "first");
        ItemId folder = log.folder(ROOT, "folder");
        log.limits(new Limits(100, 0, 2L, 1, 1));

        assertThat(log.reject(log.createFile(log.newId(), ROOT, "third", log.blob(1)))
                        .code())
                .isEqualTo(QUOTA_EXCEEDED);
        assertThat(log.reject(log.createFolder(log.newId(), ROOT, "third")).code())
                .isEqualTo(QUOTA_EXCEEDED);
        log.accept(log.update(first, log.blob(20), Base.at(1)));
        log.accept(log.delete(first, Base.at(3)));
        log.accept(log.createFolder(log.newId(), ROOT, "third"));
        assertThat(log.reject(log.restore(first)).code()).isEqualTo(QUOTA_EXCEEDED);
        log.accept(log.delete(folder, Base.at(2)));
        log.accept(log.restore(first));
        assertThat(log.tree().liveCount()).isEqualTo(2);
    }

    @Test
    void an_edit_holds_on_the_content_that_its_author_saw() {
        ItemId id = log.file(ROOT, "a");
        Content edited = log.blob(20);
        log.accept(log.update(id, edited, Base.at(1)));

        Decision.Rejected late = log.reject(log.update(id, log.blob(30), Base.at(1)));

        assertThat(late)
                .isEqualTo(
                        new Decision.Rejected(VERSION_CONFLICT, "content_version is 2, the base is 1", log.item(id)));
        assertThat(log.item(id).content()).isEqualTo(edited);
        assertThat(log.item(id).contentVersion()).isEqualTo(2);
        assertThat(log.item(id).placementVersion()).isEqualTo(1);
    }

    @Test
    void a_rename_and_an_edit_both_succeed() {
        ItemId id = log.file(ROOT, "a");
        log.accept(log.move(id, ROOT, "b", Base.at(1)));
        log.accept(log.update(id, log.blob(20), Base.at(1)));

        Item item = log.item(id);
        assertThat(item.name()).isEqualTo("b");
        assertThat(item.version()).isEqualTo(3);
        assertThat(item.placementVersion()).isEqualTo(2);
        assertThat(log.reject(log.move(id, ROOT, "c", Base.at(1))).code()).isEqualTo(VERSION_CONFLICT);
    }

    @Test
    void metadata_changes_the_version_only_and_keeps_what_it_does_not_name() {
        ItemId id = log.file(ROOT, "a");
        log.accept(log.chmod(id, 0400, Base.at(1)));

        Item item = log.item(id);
        assertThat(item.mode()).isEqualTo(0400);
        assertThat(item.mtimeNs()).isZero();
        assertThat(item.version()).isEqualTo(2);
        assertThat(item.contentVersion()).isEqualTo(1);
        assertThat(log.reject(log.chmod(id, 0600, Base.at(2))).code()).isEqualTo(VERSION_CONFLICT);
    }

    @Test
    void a_base_by_op_is_the_version_as_it_stood_after_that_op() {
        Op.CreateFile create = log.createFile(log.newId(), ROOT, "a", log.blob(1));
        log.accept(create);
        Op.UpdateContent mine = log.update(create.itemId(), log.blob(2), Base.after(create.opId()));
        log.accept(mine);
        log.accept(log.move(create.itemId(), ROOT, "b", Base.after(mine.opId())));
        log.accept(log.update(create.itemId(), log.blob(3), Base.at(2)));

        Op.UpdateContent late = log.update(create.itemId(), log.blob(4), Base.after(mine.opId()));
        assertThat(log.reject(late).code()).isEqualTo(VERSION_CONFLICT);
        Op.Delete unknown = log.delete(create.itemId(), Base.after(log.newOp()));
        assertThat(log.reject(unknown).code()).isEqualTo(DEPENDENCY_REJECTED);
    }

    @Test
    void only_a_file_has_content() {
        ItemId folder = log.folder(ROOT, "folder");

        assertRejected(log.update(folder, log.blob(1), Base.at(1)), ITEM_MISSING, log.item(folder));
    }

    @Test
    void what_is_not_there_is_missing_and_a_tombstone_is_shown() {
        ItemId id = log.file(ROOT, "a");
        log.accept(log.delete(id));
        Item tombstone = log.tombstone(id);

        assertRejected(log.update(id, log.blob(1), Base.at(1)), ITEM_MISSING, tombstone);
        assertRejected(log.move(id, ROOT, "b", Base.at(1)), ITEM_MISSING, tombstone);
        assertRejected(log.chmod(id, 0, Base.at(1)), ITEM_MISSING, tombstone);
        assertRejected(log.delete(id, Base.at(1)), ITEM_MISSING, tombstone);
        assertThat(log.reject(log.delete(log.newId(), Base.at(1))).current()).isNull();
    }

    @Test
    void the_root_is_no_item() {
        assertThat(log.reject(log.move(ROOT, ROOT, "x")).code()).isEqualTo(ITEM_MISSING);
        assertThat(log.reject(log.delete(ROOT)).code()).isEqualTo(ITEM_MISSING);
        assertThat(log.reject(log.deleteSubtree(ROOT, Base.at(0), 9)).code()).isEqualTo(ITEM_MISSING);
        assertThat(log.reject(log.chmod(ROOT, 0, Base.at(0))).code()).isEqualTo(ITEM_MISSING);
        assertThat(log.reject(log.restore(ROOT)).code()).isEqualTo(ITEM_MISSING);
    }

    @Test
    void a_delete_leaves_a_tombstone_with_its_content_and_frees_the_name() {
        ItemId id = log.file(ROOT, "a");
        log.accept(log.delete(id));

        Item tombstone = log.tombstone(id);
        assertThat(tombstone.version()).isEqualTo(2);
        assertThat(tombstone.deletedAtSeq()).isEqualTo(2);
        assertThat(tombstone.contentVersion()).isEqualTo(1);
        assertThat(tombstone.placementVersion()).isEqualTo(1);
        assertThat(tombstone.content()).isNotNull();
        assertThat(log.tree().liveBytes()).isZero();
        log.file(ROOT, "a");
    }

    @Test
    void a_folder_with_live_items_is_not_deleted_alone() {
        ItemId folder = log.folder(ROOT, "folder");
        ItemId file = log.file(folder, "file");

        assertRejected(log.delete(folder), NOT_EMPTY, log.item(folder));
        log.accept(log.delete(file));
        log.accept(log.delete(folder));
    }

    @Test
    void a_move_keeps_the_subtree_and_costs_one_entry() {
        ItemId from = log.folder(ROOT, "from");
        ItemId to = log.folder(ROOT, "to");
        ItemId inner = log.folder(from, "inner");
        ItemId file = log.file(inner, "file");
        Item before = log.item(file);
        log.accept(log.move(from, to, "moved"));

        assertThat(log.item(file)).isSameAs(before);
        assertThat(log.tree().child(to, "MOVED")).contains(log.item(from));
        assertThat(log.tree().child(ROOT, "from")).isEmpty();
    }

    @Test
    void a_folder_is_not_moved_into_itself_or_below() {
        ItemId folder = log.folder(ROOT, "folder");
        ItemId inner = log.folder(folder, "inner");

        assertRejected(log.move(folder, inner, "x"), CYCLE, log.item(folder));
        assertRejected(log.move(folder, folder, "x"), CYCLE, log.item(folder));
    }

    /** FIELD 13: a case-only rename must not lose the file. */
    @Test
    void a_rename_to_another_spelling_of_itself_is_a_rename() {
        ItemId id = log.file(ROOT, "readme");
        log.accept(log.move(id, ROOT, "README"));

        assertThat(log.item(id).name()).isEqualTo("README");
        assertThat(log.tree().child(ROOT, "readme")).contains(log.item(id));
    }

    private void assertRejected(Op op, RejectionCode code, Item current) {
        Decision.Rejected rejected = log.reject(op);
        assertThat(rejected.code()).isEqualTo(code);
        assertThat(rejected.current()).isEqualTo(current);
        assertThat(rejected.message()).isNotEmpty();
    }
}
