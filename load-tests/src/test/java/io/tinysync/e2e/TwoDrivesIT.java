package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a user does in two drives of one vault, with real programs; every test works in a folder of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TwoDrivesIT {

    private static final Duration SOON = Duration.ofSeconds(30);

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

    @Test
    void aCopiedTreeArrivesAsPlaceholdersAndReadsBackByteForByte() throws Exception {
        Path source = Files.createDirectory(directory.resolve("jdk-classes"));
        int files = Tree.unpackJdk(source, 3000);
        Path laptop = world.laptop().path("jdk");
        Path desktop = world.desktop().path("jdk");
        long cached = world.desktop().contentBytes();
        double served = world.server().counter("tinysync_blob_downloads_total");

        Program.sh(directory, "cp -rp jdk-classes " + laptop).ok();
        world.settle();

        assertThat(Tree.listing(desktop)).isEqualTo(Tree.listing(source)).hasSizeGreaterThan(files);
        assertThat(world.desktop().contentBytes())
                .as("bytes held by the receiving device")
                .isEqualTo(cached);
        assertThat(world.server().counter("tinysync_blob_downloads_total"))
                .as("blobs that the server has served")
                .isEqualTo(served);
        assertThat(states(world.desktop().ls("jdk/lang"))).containsOnly("placeholder");

        assertThat(Tree.complete(desktop)).isEqualTo(Tree.complete(source));
        Program.sh(directory, "diff -r --no-dereference jdk-classes " + desktop).ok();
        assertThat(world.server().counter("tinysync_blob_downloads_total")).isGreaterThan(served);
        assertThat(states(world.desktop().ls("jdk/lang"))).containsOnly("hydrated");
    }

    private static Stream<String> states(JsonNode listing) {
        Stream.Builder<String> states = Stream.builder();
        listing.forEach(item -> {
            if (item.path("kind").asText().equals("file")) {
                states.add(item.path("state").asText());
            }
        });
        return states.build();
    }

    @Test
    void aClosedFileIsReadableOnTheOtherDriveByItsWakeAlone() throws Exception {
        long[] millis = new long[30];
        Files.createDirectory(world.laptop().path("wake"));
        for (int i = 0; i < millis.length; i++) {
            String name = "wake/note-" + i;
            byte[] content = ("note " + i).repeat(100).getBytes(StandardCharsets.UTF_8);
            long begin = System.nanoTime();
            Files.write(world.laptop().path(name), content);
            Path other = world.desktop().path(name);
            Await.until(name + " is readable", SOON, () -> Arrays.equals(Files.readAllBytes(other), content));
            millis[i] = (System.nanoTime() - begin) / 1_000_000;
        }
        Arrays.sort(millis);
        System.out.printf(
                "close → read on the other drive, poll interval 1 h, ms: min %d, p50 %d, p90 %d, max %d; all %s%n",
                millis[0], millis[14], millis[26], millis[29], Arrays.toString(millis));
    }

    @Test
    void filesAreAppendedTruncatedOverwrittenAndReplacedByASafeSave() throws Exception {
        Path laptop = Files.createDirectory(world.laptop().path("edits"));
        Program.sh(
                        laptop,
                        "seq 1 20000 > appended; cp appended truncated; cp appended overwritten; cp appended saved; cp appended vim; cp appended gone")
                .ok();
        world.settle();
        Program.sh(laptop, """
                        echo more >> appended
                        truncate -s 1000 truncated
                        printf CHANGED | dd of=overwritten bs=1 seek=5000 conv=notrunc status=none
                        seq 1 5 > saved.tmp; chmod 600 saved.tmp; mv saved.tmp saved
                        mv vim vim~; seq 5 9 > vim; rm vim~
                        rm gone
                        """).ok();
        world.settle();
        assertThat(Tree.complete(world.desktop().path("edits")))
                .isEqualTo(Tree.complete(laptop))
                .hasSize(5);
        assertThat(Files.readString(world.desktop().path("edits/vim"))).isEqualTo("5\n6\n7\n8\n9\n");
    }

    @Test
    void aPlaceholderIsEditedInPlaceOnTheDeviceThatReceivedIt() throws Exception {
        Path laptop = Files.createDirectory(world.laptop().path("placeholders"));
        Program.sh(laptop, "seq 1 50000 > log; seq 1 50000 > cut; seq 1 9 > replaced")
                .ok();
        world.settle();
        Program.sh(world.desktop().path("placeholders"), "echo end >> log; truncate -s 10 cut; echo new > replaced")
                .ok();
        world.settle();
        assertThat(Files.readString(laptop.resolve("log")))
                .endsWith("50000\nend\n")
                .startsWith("1\n2\n");
        assertThat(Files.readString(laptop.resolve("cut"))).isEqualTo("1\n2\n3\n4\n5\n");
        assertThat(Files.readString(laptop.resolve("replaced"))).isEqualTo("new\n");
    }

    @Test
    void aFolderIsRenamedAndMovedAsOneOperationAndTransfersNothing() throws Exception {
        Path laptop = Files.createDirectories(world.laptop().path("moves/a/deep"));
        Program.sh(laptop, "for i in $(seq 1 200); do echo $i > f$i; done").ok();
        Files.createDirectory(world.laptop().path("moves/b"));
        world.settle();
        long head = world.laptop().status().path("head_seq").asLong();
        double uploads = world.server().counter("tinysync_blob_uploads_total");

        Program.sh(world.desktop().path("moves"), "mv a renamed; mv renamed b/moved")
                .ok();
        world.settle();

        assertThat(world.laptop().path("moves/a")).doesNotExist();
        assertThat(Tree.listing(world.laptop().path("moves"))).hasSize(203).containsKey("b/moved/deep/f200");
        assertThat(world.laptop().status().path("head_seq").asLong()).isBetween(head + 1, head + 2);
        assertThat(world.server().counter("tinysync_blob_uploads_total")).isEqualTo(uploads);
    }

    @Test
    void aGitRepositoryMadeInOneDriveIsCleanInTheOther() throws Exception {
        Path laptop = Files.createDirectory(world.laptop().path("repository"));
        Program.sh(laptop, """
                        git init -q -b main .; git config user.name e2e; git config user.email e2e@localhost
                        mkdir -p src/deep; for i in $(seq 1 300); do seq 1 $i > src/f$i; done
                        ln -s f1 src/link; printf '#!/bin/sh\\n' > run; chmod +x run; cp run src/deep/run
                        git add .; git commit -q -m first; git mv src/f1 src/deep/f1; git commit -q -a -m second; git gc -q
                        git status --porcelain; git fsck --strict""").ok();
        world.settle();
        Path desktop = world.desktop().path("repository");
        assertThat(Program.sh(desktop, "git -c safe.directory='*' status --porcelain")
                        .ok())
                .isEmpty();
        assertThat(Program.sh(desktop, "git -c safe.directory='*' log --oneline | wc -l")
                        .ok()
                        .strip())
                .isEqualTo("2");
        assertThat(Tree.complete(desktop).keySet())
                .isEqualTo(Tree.complete(laptop).keySet());
    }

    @Test
    void aTreeIsDeletedOnTheOtherDriveAndNothingComesBack() throws Exception {
        Path laptop = Files.createDirectories(world.laptop().path("deleted/x/y"));
        Program.sh(laptop, "for i in $(seq 1 100); do echo $i > f$i; done; ln -s f1 link")
                .ok();
        world.settle();
        Program.sh(world.desktop().drive(), "rm -r deleted").ok();
        world.settle();
        assertThat(world.laptop().path("deleted")).doesNotExist();
        assertThat(world.desktop().path("deleted")).doesNotExist();
    }

    @Test
    void modesAndNanosecondTimesSurviveAlsoWhenSetLater() throws Exception {
        Path laptop = Files.createDirectory(world.laptop().path("metadata"));
        Program.sh(laptop, "echo a > f; mkdir d; world=1; touch -d '1969-07-20 20:17:40.123456789 UTC' f")
                .ok();
        world.settle();
        Program.sh(laptop, "chmod 751 f; chmod 700 d; touch -d '2031-01-01 00:00:00.000000001 UTC' f")
                .ok();
        world.settle();
        Map<String, String> seen = Tree.complete(world.desktop().path("metadata"));
        assertThat(seen).isEqualTo(Tree.complete(laptop));
        assertThat(seen.get("f")).startsWith("file rwxr-x--x 1924992000000000001 ");
        assertThat(seen.get("d")).isEqualTo("folder rwx------");
    }

    @Test
    void ofTwoEditsAtOnceOneWinsAndTheOtherIsAConflictCopyOnBoth() throws Exception {
        Path laptop = Files.createDirectory(world.laptop().path("conflict"));
        Files.writeString(laptop.resolve("plan.txt"), "base");
        world.settle();
        Files.readString(world.desktop().path("conflict/plan.txt"));
        try (var one = Files.newOutputStream(laptop.resolve("plan.txt"), StandardOpenOption.TRUNCATE_EXISTING);
                var other = Files.newOutputStream(
                        world.desktop().path("conflict/plan.txt"), StandardOpenOption.TRUNCATE_EXISTING)) {
            one.write("from the laptop".getBytes(StandardCharsets.UTF_8));
            other.write("from the desktop".getBytes(StandardCharsets.UTF_8));
        }
        world.settle();
        world.settle();
        Map<String, String> tree = Tree.complete(laptop);
        assertThat(Tree.complete(world.desktop().path("conflict"))).isEqualTo(tree);
        assertThat(tree).hasSize(2).containsKey("plan.txt");
        assertThat(tree.keySet())
                .anyMatch(name ->
                        name.matches("plan \\(conflicted copy, (laptop|desktop), \\d{4}-\\d\\d-\\d\\d\\)\\.txt"));
        assertThat(contents(laptop)).containsExactlyInAnyOrder("from the laptop", "from the desktop");
    }

    private static Stream<String> contents(Path folder) throws IOException {
        Stream.Builder<String> contents = Stream.builder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.add(Files.readString(file));
            }
        }
        return contents.build();
    }

    @Test
    void aFileOfFortyFiveMegabytesGoesThroughBothDrives() throws Exception {
        Program.sh(world.laptop().drive(), "head -c 45000000 /dev/urandom > large")
                .ok();
        world.settle();
        assertThat(Tree.hash(world.desktop().path("large")))
                .isEqualTo(Tree.hash(world.laptop().path("large")));
    }

    @Test
    void aFileOverTheLimitIsRefusedAtTheWriteThatGoesTooFar() throws Exception {
        Program.Run run =
                Program.sh(world.laptop().drive(), "echo beyond | dd of=too-large bs=1000000 seek=10000 conv=notrunc");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.output()).contains("File too large");
        Files.deleteIfExists(world.laptop().path("too-large"));
        world.settle();
    }

    @Test
    void whatTheDriveCannotKeepIsRefusedWithATrueErrno() throws Exception {
        Path laptop = Files.createDirectory(world.laptop().path("refused"));
        Files.writeString(laptop.resolve("f"), "x");
        assertThat(Program.sh(laptop, "ln f hard").output()).containsAnyOf("not permitted", "not supported");
        assertThat(Program.sh(laptop, "mkfifo pipe").output()).containsAnyOf("not permitted", "not supported");
        assertThat(Program.sh(laptop, "chmod u+s f").output()).contains("not permitted");
        assertThat(Program.sh(laptop, "mkdir " + "n".repeat(256)).output()).contains("too long");
    }
}
