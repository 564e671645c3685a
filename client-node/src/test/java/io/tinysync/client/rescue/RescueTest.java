package io.tinysync.client.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.Refusal;
import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be saved of a device whose SQLite file is whole, damaged in each of the ways that disks have, or gone. */
final class RescueTest {

    private static final int WRITTEN = 40;

    @TempDir
    private Path directory;

    private DamagedDevice device;
    private Path target;

    @BeforeEach
    void makeDevice() throws Exception {
        device = new DamagedDevice(directory);
        target = directory.resolve("rescued");
        device.work((store, tree) -> {
            device.serverHas(store, 200);
            ItemId docs = tree.createFolder(ItemId.ROOT, "docs", 0755, 1).itemId();
            for (int i = 0; i < WRITTEN; i++) {
                device.write(tree, docs, "mine " + i + ".txt", "text " + i);
            }
        });
    }

    private StateRescue.Report rescue() {
        return StateRescue.copyOut(device.state, Optional.empty(), target, false);
    }

    /** Every content that was written, wherever in the folder it came to. */
    private Set<String> contents() throws IOException {
        Set<String> found = new HashSet<>();
        try (Stream<Path> files = Files.walk(target)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                found.add(Files.readString(file));
            }
        }
        return found;
    }

    private void assertEverythingIsThere() throws IOException {
        Set<String> found = contents();
        for (int i = 0; i < WRITTEN; i++) {
            assertThat(found).contains("text " + i);
        }
    }

    @Test
    void what_is_not_on_the_server_comes_out_at_its_path_with_a_manifest() throws Exception {
        device.work((store, tree) -> {
            ItemId docs = tree.child(ItemId.ROOT, "docs").orElseThrow().itemId();
            tree.createSymlink(docs, "link", "mine 1.txt", 0777, 1);
            tree.createFolder(ItemId.ROOT, "empty", 0755, 1);
            device.workingFile(tree.createFile(docs, "half.txt", 0644, 1).itemId(), "not closed");
        });
        StateRescue.Report report = rescue();
        assertThat(report.problems()).isEmpty();
        assertThat(report.files()).isEqualTo(WRITTEN + 1);
        assertThat(target.resolve("docs/mine 7.txt")).hasContent("text 7");
        assertThat(target.resolve("docs/half.txt")).hasContent("not closed");
        assertThat(Files.readSymbolicLink(target.resolve("docs/link"))).hasToString("mine 1.txt");
        assertThat(target.resolve("empty")).isDirectory();
        assertThat(Files.readString(report.manifest()))
                .contains("\"path\":\"docs/mine 7.txt\"", "waits to be sent", "was being written, and not closed");
    }

    @Test
    void nothing_is_ever_overwritten() throws Exception {
        Files.createDirectories(target.resolve("docs"));
        Files.writeString(target.resolve("docs/mine 7.txt"), "of someone else");
        rescue();
        assertThat(target.resolve("docs/mine 7.txt")).hasContent("of someone else");
        assertThat(target.resolve("docs/mine 7 (2).txt")).hasContent("text 7");
        rescue();
        assertThat(target.resolve("docs/mine 7 (3).txt")).hasContent("text 7");
    }

    @Test
    void it_works_beside_a_daemon_that_has_the_store_open() throws Exception {
        try (SqliteStore open = device.open()) {
            LocalTree tree = device.tree(open);
            device.write(tree, ItemId.ROOT, "fresh.txt", "a moment ago");
            StateRescue.copyOut(device.state, Optional.empty(), target, true);
            device.write(tree, ItemId.ROOT, "later.txt", "and it goes on");
        }
        assertThat(target.resolve("fresh.txt")).hasContent("a moment ago");
    }

    @Test
    void a_damaged_header_is_said_at_the_start_and_all_comes_out_at_its_path() throws Exception {
        device.overwrite(0, 100);
        assertRefused();
        assertThat(rescue().problems()).isEmpty();
        assertThat(target.resolve("docs/mine 7.txt")).hasContent("text 7");
        assertEverythingIsThere();
    }

    @Test
    void with_its_first_page_gone_all_still_comes_out_at_its_path() throws Exception {
        device.damagePage(0);
        assertRefused();
        rescue();
        assertThat(target.resolve("docs/mine 7.txt")).hasContent("text 7");
        assertEverythingIsThere();
    }

    @Test
    void whatever_page_is_damaged_every_content_comes_out() throws Exception {
        byte[] whole = Files.readAllBytes(device.store);
        for (long page = 1; page < device.pages(); page++) {
            target = directory.resolve("rescued " + page);
            device.damagePage(page);
            rescue();
            assertEverythingIsThere();
            Files.write(device.store, whole);
        }
    }

    @Test
    void of_a_file_that_was_cut_off_every_content_comes_out() throws Exception {
        for (long pages : new long[] {device.pages() / 2, 1}) {
            target = directory.resolve("rescued " + pages);
            try (var channel = Files.newByteChannel(device.store, StandardOpenOption.WRITE)) {
                channel.truncate(pages * 4096);
            }
            assertRefused();
            rescue();
            assertEverythingIsThere();
        }
    }

    @Test
    void an_empty_file_is_never_taken_for_a_new_store() throws Exception {
        Files.write(device.store, new byte[0]);
        assertRefused();
        assertThat(device.store).isEmptyFile();
        rescue();
        assertEverythingIsThere();
    }

    @Test
    void without_any_store_every_content_comes_out_by_its_hash() throws Exception {
        Files.delete(device.store);
        StateRescue.Report report = rescue();
        assertThat(report.problems()).hasSize(1);
        assertThat(target.resolve("unnamed")).isDirectory();
        assertEverythingIsThere();
    }

    private void assertRefused() {
        assertThatThrownBy(device::open)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("tinysync rescue")
                .hasMessageContaining("panic-resync");
    }

    @Test
    void commits_behind_a_damage_in_the_log_are_noticed_and_their_contents_set_aside() throws Exception {
        Path log = device.store.resolveSibling("store.sqlite-wal");
        byte[] database;
        byte[] commits;
        try (SqliteStore open = device.open()) {
            device.write(device.tree(open), ItemId.ROOT, "one.txt", "first");
            long first = Files.size(log);
            device.write(device.tree(open), ItemId.ROOT, "two.txt", "second");
            database = Files.readAllBytes(device.store);
            commits = Files.readAllBytes(log);
            assertThat(commits.length).isGreaterThan((int) first);
        }
        Files.write(device.store, database);
        Files.write(log, commits);
        assertThat(SqliteStore.hasLostRecords(device.store)).isFalse();
        DamagedDevice.overwrite(log, 5000, 1);
        assertThat(SqliteStore.hasLostRecords(device.store)).isTrue();
        try (SqliteStore open = device.open()) {
            assertThat(open.unnamed(Set.of(device.cached("second").sha256()))).hasSize(1);
        }
    }

    @Test
    void a_rebuilt_store_has_the_changes_and_keeps_the_damaged_file() throws Exception {
        device.overwrite(0, 100);
        String said = Rebuild.run(device.state, Optional.empty());
        assertThat(said).contains((WRITTEN + 1) + " changes", "store.sqlite.damaged-1");
        assertThat(device.store.resolveSibling("store.sqlite.damaged-1")).exists();
        try (SqliteStore store = device.open()) {
            assertThat(store.<Boolean>read(view -> view.position().bootstrapped()))
                    .isFalse();
            LocalTree tree = device.tree(store);
            assertThat(tree.pendingTotals().ops()).isEqualTo(WRITTEN + 1);
            ItemId docs = tree.child(ItemId.ROOT, "docs").orElseThrow().itemId();
            assertThat(tree.child(docs, "mine 7.txt")).isPresent();
            assertThat(tree.child(ItemId.ROOT, "theirs 7")).isPresent();
        }
    }

    @Test
    void a_rebuilt_store_has_the_pins() throws Exception {
        Set<ItemId> pinned = new HashSet<>();
        device.work((store, tree) -> {
            pinned.add(tree.child(ItemId.ROOT, "docs").orElseThrow().itemId());
            store.<Boolean>write(tx -> {
                pinned.forEach(itemId -> tx.setPinned(itemId, true));
                return true;
            });
        });
        DamagedDevice.overwrite(device.store, 0, 100);
        Rebuild.run(device.state, Optional.empty());
        try (SqliteStore store = device.open()) {
            assertThat(store.<List<ItemId>>read(view -> view.pins(Optional.empty(), 10)))
                    .containsExactlyElementsOf(pinned);
        }
    }

    @Test
    void whatever_page_is_damaged_a_rebuilt_store_names_every_content_or_it_is_set_aside() throws Exception {
        byte[] whole = Files.readAllBytes(device.store);
        for (long page = 1; page < device.pages(); page++) {
            device.damagePage(page);
            Rebuild.run(device.state, Optional.empty());
            target = directory.resolve("rescued " + page);
            assertThat(rescue().problems()).isEmpty();
            assertEverythingIsThere();
            Files.write(device.store, whole);
        }
    }
}
