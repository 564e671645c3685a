package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * How real programs treat files: each works in one drive, and once it has exited, the other drive shows the same content, mode
 * and mtime, and no conflict copy. Every test works in a folder of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProgramsIT {

    @TempDir
    private static Path directory;

    private World world;

    @BeforeAll
    void start() throws IOException {
        world = World.create(directory);
    }

    @AfterAll
    void stop() throws IOException {
        world.close();
    }

    /** Runs a script on the laptop and compares; returns the desktop's folder. */
    private Path worksWith(String name, String script) throws Exception {
        Path laptop = Files.createDirectories(world.laptop().path(name));
        Program.sh(laptop, script).ok();
        return arrives(name);
    }

    private Path arrives(String name) throws Exception {
        world.settle();
        Path desktop = world.desktop().path(name);
        Map<String, String> arrived = Tree.complete(desktop);
        assertThat(arrived).isEqualTo(Tree.complete(world.laptop().path(name)));
        assertThat(arrived.keySet()).noneMatch(path -> path.contains("conflicted copy"));
        return desktop;
    }

    @Test
    void vimSavesAgainAndAgainWithAndWithoutABackup() throws Exception {
        Path desktop = worksWith("vim", """
                printf 'one\\n' > notes.txt; chmod 640 notes.txt
                for i in 1 2 3; do
                  vim -u NONE -N -es -c 'set backupcopy=no writebackup' -c "normal! Goline $i" -c wq notes.txt
                done
                vim -u NONE -N -es -c 'set backupcopy=yes backup backupext=~ backupskip=' -c 'normal! Golast' -c wq notes.txt""");
        assertThat(desktop.resolve("notes.txt")).hasContent("one\nline 1\nline 2\nline 3\nlast\n");
        assertThat(desktop.resolve("notes.txt~")).hasContent("one\nline 1\nline 2\nline 3\n");
    }

    @Test
    void nanoSavesInPlace() throws Exception {
        Path laptop = Files.createDirectories(world.laptop().path("nano"));
        Files.writeString(laptop.resolve("todo"), "old\n");
        // It wants a terminal; the keys are those of its user, once it shows itself: before that the terminal would
        // make
        // another key of Enter. A line, ^O, Enter, ^X.
        Program.sh(laptop, """
                        screen=$(mktemp); trap 'rm -f "$screen"' EXIT
                        (i=0; until grep -qa 'GNU nano' "$screen" || [ $((i += 1)) -gt 600 ]; do sleep 0.1; done
                         printf 'new line\\r\\017\\r\\030') | TERM=xterm script -qefc 'nano -I todo' "$screen" >/dev/null""").ok();
        assertThat(arrives("nano").resolve("todo")).hasContent("new line\nold\n");
    }

    @Test
    void emacsRenamesTheOriginalAwayAndWritesItAnew() throws Exception {
        Path desktop = worksWith("emacs", """
                echo first > init.el
                for i in 1 2 3; do
                  ln -s "me@host.$i" '.#init.el'
                  echo "auto $i" > '#init.el#'
                  mv init.el init.el~; cp -p init.el~ init.el; echo "save $i" > init.el; chmod 644 init.el; sync init.el
                  rm '#init.el#' '.#init.el'
                done""");
        assertThat(desktop.resolve("init.el")).hasContent("save 3\n");
        assertThat(desktop.resolve("init.el~")).hasContent("save 2\n");
    }

    @Test
    void libreOfficeWritesATemporaryFileAndRenamesItOver() throws Exception {
        Path desktop = worksWith("office", """
                echo first > report.odt; chmod 664 report.odt
                for i in 1 2 3; do
                  echo me > '.~lock.report.odt#'
                  seq $((i * 1000)) > lu1234abcd.tmp; sync lu1234abcd.tmp; chmod 664 lu1234abcd.tmp
                  mv lu1234abcd.tmp report.odt
                  rm '.~lock.report.odt#'
                done""");
        assertThat(Files.readAllLines(desktop.resolve("report.odt"))).hasSize(3000);
    }

    @Test
    void gitClonesChecksOutBranchesAndCollectsGarbage() throws Exception {
        Path desktop = worksWith("git", """
                export GIT_CONFIG_GLOBAL=/dev/null
                git init -q -b main origin; cd origin; git config user.name e2e; git config user.email e2e@localhost
                for i in $(seq 60); do seq $i > f$i; done; git add .; git commit -q -m first
                git checkout -q -b other; seq 9999 > f1; git mv f2 g2; git commit -q -a -m second
                git checkout -q main; git checkout -q other; git checkout -q main; git merge -q other
                cd ..; git clone -q origin clone; cd clone; git gc -q --aggressive --prune=now; git status --porcelain""");
        Program.Run there = Program.sh(
                desktop.resolve("clone"),
                "git -c safe.directory='*' fsck --strict; git -c safe.directory='*' status --porcelain");
        assertThat(there.ok()).isEmpty();
    }

    @Test
    void rsyncAndTarKeepEverything() throws Exception {
        Path source = Files.createDirectories(directory.resolve("rsync-source"));
        Tree.unpackJdk(source, 150);
        worksWith("rsync", """
                rsync -a %1$s/ copied/
                rsync -a --inplace %1$s/ inplace/
                f=$(cd %1$s; find . -type f | sort | head -n 1)
                echo more >> %1$s/$f; rsync -a %1$s/ copied/; rsync -a --inplace --no-whole-file %1$s/ inplace/
                tar --format=posix -cf all.tar -C %1$s . ; mkdir unpacked; tar -xpf all.tar -C unpacked
                diff -r --no-dereference %1$s copied; diff -r --no-dereference %1$s inplace
                diff -r --no-dereference %1$s unpacked""".formatted(source));
        Map<String, String> expected = Tree.complete(source);
        for (String copy : new String[] {"copied", "inplace", "unpacked"}) {
            assertThat(Tree.complete(world.desktop().path("rsync").resolve(copy)))
                    .isEqualTo(expected);
        }
    }

    @Test
    void databasesOfSqliteArriveWholeInBothJournalModes() throws Exception {
        Path desktop = worksWith("sqlite", """
                for mode in wal delete; do
                  sqlite3 $mode.db "PRAGMA journal_mode=$mode; CREATE TABLE t(x);" > /dev/null
                  for i in $(seq 10); do sqlite3 $mode.db "INSERT INTO t VALUES($i); BEGIN; INSERT INTO t SELECT x+100 FROM t; ROLLBACK;"; done
                done""");
        for (String mode : new String[] {"wal", "delete"}) {
            assertThat(Program.sh(
                                    desktop,
                                    "sqlite3 " + mode + ".db 'PRAGMA integrity_check; SELECT count(*), sum(x) FROM t'")
                            .ok())
                    .isEqualTo("ok\n10|55\n");
        }
    }

    @Test
    void loggersAppendFromSeveralProcessesAtOnce() throws Exception {
        Path desktop = worksWith("logs", """
                for writer in a b c; do (for i in $(seq 100); do echo "$writer $i" >> log; done) & done; wait
                exec 3>> log; for i in $(seq 50); do echo "d $i" >&3; done; exec 3>&-""");
        assertThat(Files.readAllLines(desktop.resolve("log"))).hasSize(350).contains("a 100", "b 100", "c 100", "d 50");
    }

    @Test
    void mappedFilesAreWrittenAndRead() throws Exception {
        Path laptop = Files.createDirectories(world.laptop().path("mapped"));
        int size = 3_000_000;
        try (Arena mapping = Arena.ofConfined();
                FileChannel channel = FileChannel.open(
                        laptop.resolve("pages"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            var map = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, mapping);
            for (int i = 0; i < size; i += 1000) {
                map.set(ValueLayout.JAVA_BYTE, i, (byte) (i / 1000));
            }
            map.force();
            map.set(ValueLayout.JAVA_BYTE, size - 1, (byte) 77);
        }
        Path desktop = arrives("mapped");
        try (FileChannel channel = FileChannel.open(desktop.resolve("pages"), StandardOpenOption.READ)) {
            var map = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
            assertThat(map.get(size - 1)).isEqualTo((byte) 77);
            assertThat(map.get(2_999_000)).isEqualTo((byte) 2999);
        }
    }

    @Test
    void aCompilerBuildsWithMakeAndBuildsNothingTwice() throws Exception {
        Path laptop = Files.createDirectories(world.laptop().path("build"));
        Path javac = Path.of(System.getProperty("java.home"), "bin/javac");
        String makefile = "all: $(patsubst %.java,%.class,$(wildcard *.java))\n%.class: %.java\n\t" + javac
                + " -J-XX:TieredStopAtLevel=1 $<\n";
        Files.writeString(laptop.resolve("Makefile"), makefile);
        for (int i = 0; i < 4; i++) {
            Files.writeString(
                    laptop.resolve("C" + i + ".java"),
                    "class C" + i + " { public static void main(String[] a) { System.out.println(" + i + "); } }",
                    StandardCharsets.UTF_8);
        }
        Path desktop = worksWith("build", "make -s -j2 all; make -q all");
        assertThat(Program.sh(desktop, "make -q all").exitCode())
                .as("nothing to build on the other drive: the times are those of the first")
                .isZero();
        assertThat(desktop.resolve("C3.class")).isRegularFile();
    }
}
