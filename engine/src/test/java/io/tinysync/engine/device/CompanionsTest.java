package io.tinysync.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.ItemId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database is a file and its log: they are sent together, once none of them is open for writing. */
final class CompanionsTest {

    private final SavingDevice device = new SavingDevice();
    private LocalItem database;
    private LocalItem log;

    @BeforeEach
    void aDatabaseIsOpen() throws RefusedException {
        database = device.open("db");
        log = device.open("db-wal");
        device.flush(database, "pages");
        device.flush(log, "frames");
    }

    private List<ItemId> sendable() {
        return device.sendable().stream().map(Intent::itemId).toList();
    }

    @Test
    void a_closed_database_waits_for_its_log_that_is_open() throws RefusedException {
        device.tree.release(database.itemId());
        assertThat(sendable()).isEmpty();
        device.tree.release(log.itemId());

        assertThat(sendable()).containsExactlyInAnyOrder(database.itemId(), log.itemId());
    }

    @Test
    void a_log_that_is_removed_while_it_is_open_is_waited_for_no_more() throws RefusedException {
        device.tree.release(database.itemId());
        device.remove("db-wal");

        assertThat(sendable()).containsExactly(database.itemId());
    }

    @Test
    void a_log_that_is_renamed_while_it_is_open_is_waited_for_no_more() throws RefusedException {
        device.tree.release(database.itemId());
        device.rename("db-wal", "other");

        assertThat(sendable()).containsExactly(database.itemId());
    }

    @Test
    void a_database_that_is_renamed_leaves_its_open_log_behind() throws RefusedException {
        device.tree.release(database.itemId());
        device.rename("db", "other");

        assertThat(sendable()).containsExactly(database.itemId());
    }

    @Test
    void a_database_is_not_sent_while_it_is_kept_open() {
        assertThat(device.tree.publishOpen(database.itemId())).isFalse();
        assertThat(device.tree.publishOpen(log.itemId())).isFalse();
    }

    @Test
    void a_database_whose_process_was_killed_is_sent_once_both_are_settled() {
        device.tree.release(database.itemId());
        List<LocalItem> left = device.tree.unsettled(ItemId.ROOT, 10);
        assertThat(left).extracting(LocalItem::name).containsExactlyInAnyOrder("db", "db-wal");
        left.forEach(item -> device.tree.release(item.itemId()));

        assertThat(sendable()).hasSize(2);
    }

    @Test
    void none_of_them_goes_before_the_blob_of_the_other_is_there() throws RefusedException {
        device.tree.release(database.itemId());
        device.tree.release(log.itemId());
        device.save("unrelated", "text");

        assertThat(device.sendable(content -> !content.equals(StoredValues.content("frames"))))
                .isEmpty();
        assertThat(device.sendable(content -> !content.equals(StoredValues.content("pages"))))
                .isEmpty();
    }

    @Test
    void another_file_of_the_folder_waits_for_neither() throws RefusedException {
        device.tree.release(database.itemId());
        device.save("notes", "text");

        assertThat(sendable()).containsExactly(device.at("notes").itemId());
    }
}
