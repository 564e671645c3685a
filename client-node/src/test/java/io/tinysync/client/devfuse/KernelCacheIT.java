package io.tinysync.client.devfuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.drive.StoredDrive;
import io.tinysync.client.mount.Mount;
import io.tinysync.client.mount.MountOptions;
import io.tinysync.client.mount.Owner;
import io.tinysync.client.mount.Shell;
import io.tinysync.engine.protocol.ItemId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel keeps: long, and right. The time-outs are an hour, so whatever is seen within a test's time was notified. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KernelCacheIT {

    private static final int CHANGES = 100;

    @TempDir
    Path directory;

    private StoredDrive world;
    private WatchedDrive watched;
    private Mount mount;
    private Onlooker onlooker;

    @BeforeEach
    void mount() throws Exception {
        Owner owner = Owner.ofProcess();
        world = new StoredDrive(Files.createDirectory(directory.resolve("state")), owner.uid(), owner.gid());
        watched = new WatchedDrive(world.drive());
        mount = DeviceMount.mount(
                watched.drive(), Files.createDirectory(directory.resolve("drive")), owner, MountOptions.forUser());
        onlooker = new Onlooker(mount.mountPoint());
    }

    @AfterEach
    void unmount() throws Exception {
        onlooker.close();
        mount.unmount();
        world.close();
    }

    @Test
    void what_was_looked_up_is_not_asked_for_again() {
        world.arrive("f", "text");
        assertThat(onlooker.stat("f")).isEqualTo("4");
        assertThat(onlooker.stat("missing")).isEqualTo("none");
        int lookups = watched.calls("lookup");
        int getattrs = watched.calls("getattr");

        for (int i = 0; i < 10; i++) {
            assertThat(onlooker.stat("f")).isEqualTo("4");
            assertThat(onlooker.stat("missing")).isEqualTo("none");
        }

        assertThat(watched.calls("lookup")).isEqualTo(lookups);
        assertThat(watched.calls("getattr")).isEqualTo(getattrs);
    }

    @Test
    void a_change_of_another_device_is_seen_by_stat_though_it_was_cached() {
        ItemId item = world.arrive("f", "");
        long[] micros = new long[CHANGES];
        for (int i = 1; i <= CHANGES; i++) {
            assertThat(onlooker.stat("f")).isEqualTo(String.valueOf(i - 1));
            onlooker.beginToAwait("f", String.valueOf(i));
            String text = "x".repeat(i);
            world.arriveContent(item, "f", text);
            long changedAt = System.nanoTime();
            micros[i - 1] = TimeUnit.NANOSECONDS.toMicros(Long.parseLong(onlooker.answer()) - changedAt);
        }
        print("a change was seen by a cached stat after its replay", micros);
    }

    @Test
    void a_name_that_comes_or_goes_is_seen_though_it_was_cached() {
        long[] micros = new long[2 * CHANGES];
        for (int i = 0; i < CHANGES; i++) {
            assertThat(onlooker.stat("f")).isEqualTo("none");
            onlooker.beginToAwait("f", "4");
            ItemId item = world.arrive("f", "text");
            long cameAt = System.nanoTime();
            micros[2 * i] = TimeUnit.NANOSECONDS.toMicros(Long.parseLong(onlooker.answer()) - cameAt);

            onlooker.beginToAwait("f", "none");
            world.arriveRemoval(item, "f");
            long wentAt = System.nanoTime();
            micros[2 * i + 1] = TimeUnit.NANOSECONDS.toMicros(Long.parseLong(onlooker.answer()) - wentAt);
        }
        print("a name that came or went was seen by a cached stat after its replay", micros);
    }

    @Test
    void a_name_that_comes_after_a_change_of_which_nothing_came_is_seen_though_its_absence_was_cached() {
        ItemId other = world.arrive("g", "text");
        assertThat(onlooker.stat("f")).isEqualTo("none");
        world.arriveRemoval(other, "f");
        world.awaitFollowed();
        assertThat(onlooker.stat("f")).isEqualTo("none");

        onlooker.beginToAwait("f", "4");
        world.arrive("f", "text");

        assertThat(onlooker.answer()).isNotEmpty();
    }

    @Test
    void after_a_snapshot_everything_is_looked_at_anew() {
        world.arrive("f", "one");
        assertThat(onlooker.stat("f")).isEqualTo("3");
        assertThat(onlooker.stat("f9")).isEqualTo("none");

        world.arriveMany("f", 20);

        onlooker.beginToAwait("f9", "11");
        assertThat(onlooker.answer()).isNotEmpty();
        assertThat(onlooker.stat("f")).isEqualTo("3");
    }

    @Test
    void a_content_that_was_read_is_kept_until_it_changes() {
        ItemId item = world.arrive("f", "one");
        assertThat(onlooker.read("f")).isEqualTo("one");
        int reads = watched.calls("read");
        awaitReleases(1);

        assertThat(onlooker.read("f")).isEqualTo("one");
        awaitReleases(2);
        assertThat(watched.calls("read")).isEqualTo(reads);

        world.arriveContent(item, "f", "three");
        onlooker.beginToAwait("f", "5");
        assertThat(onlooker.answer()).isNotEmpty();
        assertThat(onlooker.read("f")).isEqualTo("three");
        assertThat(watched.calls("read")).isGreaterThan(reads);
    }

    @Test
    void a_file_that_is_opened_after_a_change_and_before_the_kernel_is_told_is_read_whole() {
        ItemId item = world.arrive("f", "short");
        assertThat(onlooker.read("f")).isEqualTo("short");
        assertThat(onlooker.stat("f")).isEqualTo("5");
        awaitReleases(1);

        CountDownLatch read = new CountDownLatch(1);
        world.followAfter(read);
        world.arriveContent(item, "f", "a longer text");
        assertThat(onlooker.read("f")).isEqualTo("a longer text");
        read.countDown();
    }

    @Test
    void a_file_is_read_whole_although_the_kernel_is_told_of_the_change_while_it_asks_for_the_size() {
        ItemId item = world.arrive("f", "short");
        assertThat(onlooker.read("f")).isEqualTo("short");
        assertThat(onlooker.stat("f")).isEqualTo("5");
        awaitReleases(1);

        CountDownLatch asked = new CountDownLatch(1);
        world.followAfter(asked);
        world.arriveContent(item, "f", "a longer text");
        AtomicInteger calls = new AtomicInteger();
        watched.beforeAnswer(operation -> {
            // The first is the opening's, the second the reader's.
            if (operation.equals("getattr") && calls.incrementAndGet() == 2) {
                asked.countDown();
                world.awaitFollowed();
            }
        });

        assertThat(onlooker.readByBytes("f")).isEqualTo("a longer text");
        assertThat(calls.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void an_answer_that_a_change_overtook_is_not_kept() {
        ItemId item = world.arrive("f", "one");
        CountDownLatch hasResult = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        watched.beforeAnswer(operation -> {
            if (operation.equals("lookup")) {
                hasResult.countDown();
                await(changed);
            }
        });
        onlooker.beginStat("f");
        await(hasResult);
        world.arriveContent(item, "f", "another");
        world.awaitFollowed();
        watched.beforeAnswer(_ -> {});
        changed.countDown();

        // The old size, or the new one if the kernel asked again for what it may not keep.
        assertThat(onlooker.answer()).isIn("3", "7");
        assertThat(onlooker.stat("f")).isEqualTo("7");
    }

    @Test
    void an_absence_that_a_creation_overtook_is_not_kept() {
        CountDownLatch hasResult = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        watched.beforeAnswer(operation -> {
            if (operation.equals("lookup")) {
                hasResult.countDown();
                await(changed);
            }
        });
        onlooker.beginStat("f");
        await(hasResult);
        world.arrive("f", "text");
        world.awaitFollowed();
        watched.beforeAnswer(_ -> {});
        changed.countDown();

        assertThat(onlooker.answer()).isEqualTo("none");
        assertThat(onlooker.stat("f")).isEqualTo("4");
    }

    @Test
    void what_a_program_itself_makes_and_removes_is_not_taken_from_the_kernel() throws Exception {
        Process program = new ProcessBuilder("sh", "-e", "-c", """
                test ! -e new; exec 3> new; echo text >&3; mkdir d; mv new d/moved; echo made; read -r go
                readlink /proc/self/fd/3; test -e d/moved; echo looked; read -r go
                rm d/moved; rmdir d; echo removed""")
                .directory(mount.mountPoint().toFile())
                .start();
        assertThat(program.inputReader().readLine()).isEqualTo("made");
        world.awaitFollowed();
        int lookups = watched.calls("lookup");
        program.getOutputStream().write('\n');
        program.getOutputStream().flush();

        assertThat(program.inputReader().readLine()).isEqualTo(mount.mountPoint() + "/d/moved");
        assertThat(program.inputReader().readLine()).isEqualTo("looked");
        assertThat(watched.calls("lookup")).isEqualTo(lookups);
        program.getOutputStream().write('\n');
        program.getOutputStream().close();
        assertThat(program.inputReader().readLine()).isEqualTo("removed");
    }

    @Test
    void what_is_changed_through_the_mapping_of_a_closed_file_reaches_the_drive() {
        world.arrive("f", "some text");

        assertThat(onlooker.map("f", "SOME")).isEqualTo("written");

        assertThat(Shell.run(mount.mountPoint(), "cat f")).isEqualTo("SOME text");
    }

    private void awaitReleases(int count) {
        while (watched.calls("release") < count) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void print(String what, long[] micros) {
        Arrays.sort(micros);
        System.out.printf(
                "%s: median %d µs, p90 %d µs, longest %d µs of %d%n",
                what,
                micros[micros.length / 2],
                micros[micros.length * 9 / 10],
                micros[micros.length - 1],
                micros.length);
    }
}
