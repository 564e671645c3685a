package io.tinysync.client.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.StoredDrive;
import io.tinysync.engine.protocol.ItemId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do with a folder, done by the programs they do it with, on a real mount, as every binding has it. */
public abstract class RealProgramsContract {

    private static final int STALLED_READS = 64;

    /** The binding that is tested. */
    protected abstract Binding binding();

    @TempDir
    Path directory;

    private StoredDrive world;
    private Mount mount;
    private Path source;

    @BeforeEach
    void mount() throws Exception {
        Owner owner = Owner.ofProcess();
        world = new StoredDrive(Files.createDirectory(directory.resolve("state")), owner.uid(), owner.gid());
        mount = binding()
                .mount(world.drive(), Files.createDirectory(directory.resolve("drive")), owner, MountOptions.forUser());
        source = Files.createDirectory(directory.resolve("source"));
        Shell.run(source, """
                mkdir -p a/b/c 'with space' empty
                for i in 1 2 3 4 5 6 7 8 9; do echo "text $i" > a/f$i; done
                head -c 300000 /dev/urandom > a/b/big
                : > a/b/none
                ln -s ../f1 a/b/link
                chmod 700 a/b/c; chmod 755 a/f3; chmod 400 a/f4
                touch -d '2001-02-03 04:05:06.123456789 UTC' a/f5 a/b/c
                touch -d '1969-12-31 23:59:58.5 UTC' a/f6
                """);
    }

    @AfterEach
    void unmount() throws Exception {
        mount.unmount();
        world.close();
    }

    /** Runs a script in the drive; {@code $SOURCE} is a folder beside it. */
    private String run(String script) {
        return Shell.run(mount.mountPoint(), "SOURCE='" + source + "'\n" + script);
    }

    private String failing(String script) {
        return Shell.failing(mount.mountPoint(), script);
    }

    @Test
    void a_tree_is_copied_with_cp_and_equal() {
        run("cp -r \"$SOURCE\" copy; diff -r --no-dereference \"$SOURCE\" copy");
    }

    @Test
    void a_tree_is_copied_with_its_modes_and_times_and_moved_and_removed() {
        String list =
                "find . -mindepth 1 -printf '%P %y %m %l %s %T@\\n' | sort | sed 's/ d \\([0-9]*\\)  [0-9]* / d \\1 /'";
        String expected = Shell.run(source, list);

        assertThat(run("cp -a \"$SOURCE\" copy; cd copy; " + list)).isEqualTo(expected);
        assertThat(run("mv copy moved; cd moved; " + list)).isEqualTo(expected);
        assertThat(run("rm -r moved; ls -A")).isEmpty();
    }

    @Test
    void a_tree_is_unpacked_with_tar_and_equal() {
        run("tar cf - -C \"$SOURCE\" . | tar xf -; diff -r --no-dereference \"$SOURCE\" .");
    }

    @Test
    void git_keeps_a_repository() {
        assertThat(run("""
                cp -r "$SOURCE" repository; cd repository
                export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
                git init -q . && git add . && git commit -qm one
                echo more >> a/f1 && git commit -qam two
                git gc -q && git fsck --strict && git status --short && git log --format=%s
                """)).endsWith("two\none\n");
    }

    @Test
    void files_are_appended_to_truncated_overwritten_and_replaced() {
        assertThat(run("""
                echo one > f; echo two >> f; (echo three; sh -c 'echo four'; echo five) >> f; cat f
                printf ONE | dd of=f conv=notrunc 2>/dev/null; head -1 f
                truncate -s 5 f; cat f; truncate -s 7 f; wc -c < f
                echo new > f.tmp; mv f.tmp f; cat f
                exec 3< f; echo newer > f.tmp; mv f.tmp f; cat <&3; cat f
                """)).isEqualTo("one\ntwo\nthree\nfour\nfive\nONE\nONE\nt7\nnew\nnew\nnewer\n");
        assertThat(run("ls -A")).isEqualTo("f\n");
    }

    @Test
    void an_unlinked_open_file_is_read_and_written_until_it_is_closed() throws Exception {
        assertThat(run("""
                echo one > f; exec 3<> f; rm f
                test ! -e f; echo two > f
                cat <&3; echo three >&3; stat -L -c %s /dev/fd/3; cat f
                """)).isEqualTo("one\n10\ntwo\n");
        assertThat(run("ls -A")).isEqualTo("f\n");
    }

    @Test
    void folders_of_ten_thousand_names_are_listed() {
        world.arriveMany("f", 10_000);

        assertThat(run("ls | wc -l; ls -l | wc -l; ls -f | sort -u | wc -l")).isEqualTo("10000\n10001\n10002\n");
    }

    @Test
    void what_is_here_is_read_and_listed_while_many_reads_wait_for_downloads() throws Exception {
        run("echo here > here");
        for (int i = 0; i < STALLED_READS; i++) {
            world.arrive("far" + i, "far away " + i);
        }
        world.server().stall();
        Process waiting = new ProcessBuilder("sh", "-c", "for f in far*; do cat $f & done; wait")
                .directory(mount.mountPoint().toFile())
                .redirectErrorStream(true)
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (world.server().downloads() < STALLED_READS && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }

        assertThat(world.server().downloads()).isGreaterThanOrEqualTo(STALLED_READS);
        assertThat(run("cat here; ls | wc -l; stat -c %s far1; df . > /dev/null"))
                .isEqualTo("here\n" + (STALLED_READS + 1) + "\n10\n");
        world.server().giveUp();
        // Counted as text: the programs share a pipe, and each writes its line in pieces.
        String said = waiting.inputReader().lines().collect(Collectors.joining("\n"));
        assertThat(said.split("timed out", -1)).as(said).hasSize(STALLED_READS + 1);
    }

    @Test
    void times_are_kept_to_the_nanosecond() {
        assertThat(run("""
                echo x > f; touch -d '2001-02-03 04:05:06.123456789 UTC' f; TZ=UTC stat -c %y f
                touch -a f; TZ=UTC stat -c %y f
                touch -m f; test $(stat -c %Y f) -gt 1600000000
                """)).isEqualTo("2001-02-03 04:05:06.123456789 +0000\n".repeat(2));
    }

    @Test
    void what_a_file_system_of_this_kind_lacks_is_refused_with_its_errno() {
        run("echo x > f; chown $(id -u):$(id -g) f");

        assertThat(failing("ln f g")).contains("Operation not permitted");
        assertThat(failing("mkfifo g")).contains("Operation not permitted");
        assertThat(failing("chmod u+s f")).contains("Operation not permitted");
        assertThat(failing("chown 12345 f")).contains("Operation not permitted");
        assertThat(failing("touch \"$(printf 'a\\377')\"")).contains("Invalid or incomplete multibyte");
        assertThat(failing("fallocate -l 1 f")).contains("not supported");
        assertThat(failing("head -c 50000001 /dev/zero > g")).contains("File too large");
        assertThat(failing("mkdir f")).contains("File exists");
        assertThat(failing("rmdir f")).contains("Not a directory");
        assertThat(failing("mkdir d; touch d/f; rmdir d")).contains("Directory not empty");
    }

    @Test
    void files_are_locked_read_past_the_cache_and_appended_to() {
        assertThat(run("""
                echo one > f; exec 9< f; flock 9; ! flock -n f true; flock -u 9; flock -n f true
                dd if=f iflag=direct bs=4096 status=none
                echo two | dd of=f oflag=append conv=notrunc status=none; cat f
                """)).isEqualTo("one\none\ntwo\n");
    }

    @Test
    void the_drive_has_a_size() {
        assertThat(run("df --output=fstype,size . | tail -1")).contains("fuse.tinysync");
    }

    @Test
    void a_placeholder_shows_its_size_and_is_downloaded_when_it_is_read() {
        world.arrive("placeholder", "from another device");

        assertThat(run("stat -c %s placeholder; ls -l; du -s .; mv placeholder p"))
                .startsWith("19\n");
        assertThat(world.server().downloads()).isZero();
        assertThat(run("cat p")).isEqualTo("from another device");
        assertThat(world.server().downloads()).isPositive();
    }

    @Test
    void a_program_reads_one_content_to_its_end_though_another_device_replaces_it_and_others_open_it()
            throws Exception {
        ItemId item = world.arrive("f", "a".repeat(20_000));
        Process reader = new ProcessBuilder("sh", "-c", """
                exec 3< f; dd bs=4096 count=1 <&3 2> /dev/null | tr -d a; echo open
                read -r go; cat f > /dev/null; cat <&3 | tr -d a | wc -c
                exec 3<&-; tr -d b < f | wc -c""")
                .directory(mount.mountPoint().toFile())
                .start();
        assertThat(reader.inputReader().readLine()).isEqualTo("open");
        long before = world.drive().lookup(Drive.ROOT_INO, "f").ino();
        world.arriveContent(item, "f", "b".repeat(20_000));
        while (world.drive().lookup(Drive.ROOT_INO, "f").ino() == before) {
            Thread.onSpinWait();
        }
        world.awaitFollowed();
        reader.getOutputStream().write('\n');
        reader.getOutputStream().close();

        assertThat(reader.inputReader().lines()).containsExactly("0", "0");
    }

    @Test
    void a_change_of_another_device_is_never_read_in_part() throws Exception {
        List<String> contents = List.of("short", "a longer content than before", "tiny", "and a longer one again");
        ItemId item = world.arrive("f", "short");
        // All within the shell: a stat has the kernel keep the size, and the read follows in microseconds.
        Process reader = new ProcessBuilder(
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt 100 ]; do i=$((i+1)); [ -s f ]; read -r x < f; echo \"$x\"; done")
                .directory(mount.mountPoint().toFile())
                .start();
        CompletableFuture<List<String>> lines =
                CompletableFuture.supplyAsync(() -> reader.inputReader().lines().toList());
        for (int i = 0; reader.isAlive(); i++) {
            world.arriveContent(item, "f", contents.get(i % contents.size()));
        }

        assertThat(lines.get(60, TimeUnit.SECONDS)).hasSize(100);
        assertThat(Set.copyOf(lines.get())).isSubsetOf(contents).hasSizeGreaterThan(1);
    }
}
