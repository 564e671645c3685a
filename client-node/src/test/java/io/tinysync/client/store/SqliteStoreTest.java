package io.tinysync.client.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.Refusal;
import io.tinysync.engine.device.ContentStore.NoSpaceException;
import io.tinysync.engine.device.DeviceStore;
import io.tinysync.engine.device.DeviceStoreContract;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStoreTest extends DeviceStoreContract {

    private static final int MANY = 100_000;

    @TempDir
    private Path directory;

    private @Nullable SqliteStore opened;

    @Override
    protected DeviceStore open() {
        return sqlite();
    }

    private SqliteStore sqlite() {
        close();
        SqliteStore store = SqliteStore.open(directory.resolve("store.sqlite"), DeviceStoreContract::key);
        opened = store;
        return store;
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }

    @Test
    void a_reader_does_not_wait_for_a_writer_and_sees_the_commit_before() throws Exception {
        SqliteStore store = sqlite();
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        Thread writer = Thread.ofPlatform()
                .start(() -> store.write(transaction -> {
                    transaction.putServerItem(item(1, ItemId.ROOT));
                    written.countDown();
                    return awaited(read);
                }));
        assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(store.<List<Item>>read(view -> view.serverItems(ItemId.ROOT, 9)))
                .isEmpty();
        read.countDown();
        writer.join();
        assertThat(store.<List<Item>>read(view -> view.serverItems(ItemId.ROOT, 9)))
                .hasSize(1);
    }

    @Test
    void one_read_sees_one_state_even_if_a_writer_commits_meanwhile() {
        SqliteStore store = sqlite();
        store.read(view -> {
            store.write(transaction -> {
                transaction.putServerItem(item(1, ItemId.ROOT));
                return 0;
            });
            assertThat(view.serverItems(ItemId.ROOT, 9)).isEmpty();
            return 0;
        });
    }

    /** By the thread's own processor time, so that a busy machine does not fail it; the wall clock is printed. */
    @Test
    void a_hundred_thousand_items_load_within_three_seconds_and_are_found_at_once() {
        SqliteStore store = sqlite();
        long loading = cpuMicros("loading a snapshot of " + MANY + " items", () -> load(store));
        assertThat(loading).isLessThan(3_000_000);
        assertThat(listed(store))
                .isEqualTo(store.<Long>read(view -> view.serverTotals().items()) - 1);
        long finding = cpuMicros("finding 1000 of them", () -> {
            for (int i = 2; i < 1002; i++) {
                String name = "name" + i;
                assertThat(store.<Boolean>read(
                                view -> view.serverChild(id(1), name).isPresent()))
                        .isTrue();
            }
        });
        assertThat(finding).isLessThan(1_000_000);
    }

    private static long cpuMicros(String what, Runnable work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long wall = System.nanoTime();
        long cpu = threads.getCurrentThreadCpuTime();
        work.run();
        long micros = (threads.getCurrentThreadCpuTime() - cpu) / 1000;
        System.out.println(what + " took " + micros / 1000 + " ms of processor time, "
                + (System.nanoTime() - wall) / 1_000_000 + " ms in all");
        return micros;
    }

    private static void load(SqliteStore store) {
        try (var load = store.loadSnapshot()) {
            load.add(List.of(folder(1)));
            for (long first = 2; first < MANY; first += 1000) {
                load.add(LongStream.range(first, first + 1000)
                        .mapToObj(number -> item(number, id(1)))
                        .toList());
            }
            load.<Integer>commit(transaction -> {
                transaction.adoptStagedTree();
                return 0;
            });
        }
    }

    private static long listed(SqliteStore store) {
        long count = 0;
        String after = "";
        while (true) {
            String from = after;
            List<Item> page = store.read(view -> view.serverChildren(id(1), from, 1000));
            if (page.isEmpty()) {
                return count;
            }
            count += page.size();
            after = page.getLast().name();
        }
    }

    @Test
    void a_store_of_a_newer_program_is_refused_and_left_alone() throws Exception {
        sqlite();
        close();
        try (Sql sql = Sql.open(directory.resolve("store.sqlite"))) {
            sql.execute("PRAGMA user_version = 999");
        }
        assertThatThrownBy(this::sqlite).isInstanceOf(Refusal.class).hasMessageContaining("999");
    }

    @Test
    void a_file_that_is_no_store_is_refused() throws Exception {
        Files.writeString(directory.resolve("store.sqlite"), "not a database ".repeat(1000));
        assertThatThrownBy(this::sqlite).isInstanceOf(Refusal.class).hasMessageContaining("store.sqlite");
    }

    @Test
    void a_full_disk_is_told_and_changes_nothing() {
        SqliteStore store = sqlite();
        store.write(transaction -> {
            transaction.setPosition(SyncPosition.START.withRequestNo(1));
            return 0;
        });
        store.limitPages();
        assertThatThrownBy(() -> store.write(transaction -> {
                    LongStream.range(2, 5000).forEach(number -> transaction.putServerItem(item(number, ItemId.ROOT)));
                    transaction.setPosition(SyncPosition.START.withRequestNo(2));
                    return 0;
                }))
                .isInstanceOf(StoreException.class)
                .hasCauseInstanceOf(NoSpaceException.class);
        assertThat(store.<SyncPosition>read(view -> view.position())).isEqualTo(SyncPosition.START.withRequestNo(1));
        assertThat(store.<List<Item>>read(view -> view.serverItems(ItemId.ROOT, 9)))
                .isEmpty();
    }

    @Test
    void many_threads_read_and_write_at_once() throws Exception {
        SqliteStore store = sqlite();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long base = 1000L * (i + 1);
            threads.add(Thread.ofPlatform().start(() -> {
                for (long number = base; number < base + 100; number++) {
                    Item item = item(number, ItemId.ROOT);
                    store.write(transaction -> {
                        transaction.putServerItem(item);
                        return 0;
                    });
                    assertThat(store.<Boolean>read(
                                    view -> view.serverItem(item.itemId()).isPresent()))
                            .isTrue();
                    store.makeDurable();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(store.<Long>read(view -> view.serverTotals().items())).isEqualTo(800);
    }

    private static int awaited(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS) ? 1 : 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static ItemId id(long number) {
        return new ItemId(new UUID(0x7000, number));
    }

    private static Item item(long number, ItemId parent) {
        return new Item(
                id(number), parent, "name" + number, ItemKind.FILE, Content.EMPTY, null, 0644, number, 1, 1, 1, null);
    }

    private static Item folder(long number) {
        return new Item(id(number), ItemId.ROOT, "folder", ItemKind.FOLDER, null, null, 0755, number, 1, 1, 1, null);
    }
}
