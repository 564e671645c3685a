package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server is backed up while two devices write, by the commands that operators are given, and goes on from the backup in another
 * place: what the devices had by then is on the server afterwards, and what they show is the same.
 */
@Tag("long")
final class BackupIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration COPY = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "announced: {0}")
    @ValueSource(booleans = {true, false})
    void a_server_restored_elsewhere_gets_back_what_its_devices_have_beyond_the_backup(boolean announced)
            throws Exception {
        Backup backup = new Backup(directory.resolve("backups"));
        try (World world = World.create(directory);
                DriveWriter onLaptop = DriveWriter.start(world.laptop(), directory);
                DriveWriter onDesktop = DriveWriter.start(world.desktop(), directory)) {
            ApiWriter observer = ApiWriter.join(world, "observer");
            Path edited = world.laptop().path("edited.txt");
            Files.writeString(edited, "older than the backup");
            awaitContent(world.desktop().path("edited.txt"), "older than the backup");
            onLaptop.awaitMore(25);
            backup.take(world.server());
            int[] before = {onLaptop.files(), onDesktop.files()};
            backup.take(world.server());
            int[] meanwhile = {onLaptop.files() - before[0], onDesktop.files() - before[1]};
            assertThat(meanwhile[0]).as("files written during the backup").isPositive();
            assertThat(meanwhile[1]).as("files written during the backup").isPositive();
            Files.writeString(edited, "newer than the backup");
            awaitContent(world.desktop().path("edited.txt"), "newer than the backup");
            onLaptop.awaitMore(25);
            int head = observer.wholeLog().size();
            long epoch = observer.wholeLog().getLast().epoch();
            world.server().stop();
            onLaptop.awaitMore(10);
            Map<String, String> ofLaptop = onLaptop.stop();
            Map<String, String> ofDesktop = onDesktop.stop();

            world.server().startAgainOn(backup.restore(directory.resolve("elsewhere")), restored(announced));
            int restoredHead = observer.wholeLog().size();
            assertThat(restoredHead).as("entries in the backup").isBetween(1, head - 1);
            JsonNode early = world.server().admin("verify");
            assertThat(early.path("blobs").asLong()).isPositive();
            assertThat(early.path("damages")).isEmpty();
            world.settle();
            world.settle();

            try (DeviceProcess witness = world.join(directory, "witness", Account.own())) {
                witness.sync();
                Map<String, String> all = Tree.complete(witness.drive());
                assertThat(Tree.complete(world.laptop().drive())).isEqualTo(all);
                assertThat(Tree.complete(world.desktop().drive())).isEqualTo(all);
                assertHolds(all, onLaptop.folder(), ofLaptop);
                assertHolds(all, onDesktop.folder(), ofDesktop);
                int copies = assertCopiesDiffer(all);
                assertThat(texts(world.desktop().drive()))
                        .containsExactlyInAnyOrder("older than the backup", "newer than the backup");
                System.out.printf(
                        "backup of %d of %d entries, with %d and %d files written meanwhile; %d and %d files at the switch,"
                                + " all there after; %d conflict copies; %d contents verified at once%n",
                        restoredHead,
                        head,
                        meanwhile[0],
                        meanwhile[1],
                        ofLaptop.size(),
                        ofDesktop.size(),
                        copies,
                        early.path("blobs").asLong());
            }
            JsonNode late = world.server().admin("verify");
            assertThat(late.path("damages")).isEmpty();
            assertThat(late.path("blobs").asLong())
                    .isGreaterThan(early.path("blobs").asLong());
            long epochs = observer.wholeLog().getLast().epoch() - epoch;
            assertThat(epochs).isEqualTo(announced ? 1 : 0);
        }
    }

    private static void awaitContent(Path file, String text) {
        Await.until(file + " holds: " + text, SOON, () -> Files.readString(file).equals(text));
    }

    private static String[] restored(boolean announced) {
        return announced ? new String[] {"--restored"} : new String[0];
    }

    /** What was written once is where it was, and the last of what was written over is there under whatever name. */
    private static void assertHolds(Map<String, String> all, String folder, Map<String, String> before) {
        Map<String, String> once = new HashMap<>();
        before.forEach((name, what) -> once.put(folder + "/" + name, what));
        String last = Objects.requireNonNull(once.remove(folder + "/" + DriveWriter.REWRITTEN));
        assertThat(all).containsAllEntriesOf(once);
        assertThat(all.values().stream().map(BackupIT::hash)).contains(hash(last));
    }

    private static List<String> texts(Path folder) throws IOException {
        List<String> texts = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "edited*")) {
            for (Path file : files) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }

    private static int assertCopiesDiffer(Map<String, String> all) {
        List<String> copies = all.keySet().stream()
                .filter(path -> path.contains(" (conflicted copy"))
                .toList();
        assertThat(copies.stream().map(copy -> hash(all.getOrDefault(copy, ""))))
                .doesNotHaveDuplicates();
        for (String copy : copies) {
            String original = copy.replaceFirst(" \\(conflicted copy[^)]*\\)", "");
            assertThat(hash(all.getOrDefault(copy, ""))).as(copy).isNotEqualTo(hash(all.getOrDefault(original, "")));
        }
        return copies.size();
    }

    private static String hash(String described) {
        return described.substring(described.lastIndexOf(' ') + 1);
    }

    @Test
    void blobs_copied_before_the_database_lack_what_was_written_between_and_verify_names_it() throws Exception {
        Backup backup = new Backup(directory.resolve("backups"));
        try (World world = World.create(directory)) {
            Path folder = Files.createDirectories(world.laptop().path("folder"));
            Files.writeString(folder.resolve("before"), "in both copies");
            world.settle();
            Path older = backup.take(world.server());
            List<String> between = new ArrayList<>();
            for (String name : List.of("one", "two", "three")) {
                Files.writeString(folder.resolve(name), "written between, " + name);
                between.add(Tree.hash(folder.resolve(name)));
            }
            world.settle();
            Path newer = backup.take(world.server());
            assertOneFileOnDisk(older, newer, Tree.hash(folder.resolve("before")));
            world.server().stop();
            Path elsewhere = backup.restore(directory.resolve("elsewhere"));
            Path whole = Files.move(elsewhere.resolve("blobs"), directory.resolve("blobs"));
            copy(older.resolve("blobs"), elsewhere.resolve("blobs"));

            world.server().startAgainOn(elsewhere, "--restored");
            Program.Run verified = world.server().cli("admin", "verify", "--json");
            assertThat(verified.exitCode()).isEqualTo(1);
            JsonNode report = new ObjectMapper().readTree(verified.out());
            assertThat(report.path("damages").findValuesAsText("sha256")).containsExactlyInAnyOrderElementsOf(between);

            for (String id : new TreeSet<>(between)) {
                String file = id.substring(0, 2) + "/" + id;
                Files.createDirectories(elsewhere.resolve("blobs").resolve(file).getParent());
                Files.copy(whole.resolve(file), elsewhere.resolve("blobs").resolve(file));
            }
            assertThat(world.server().admin("verify").path("blobs").asInt()).isEqualTo(4);
            world.settle();
            assertThat(Tree.complete(world.desktop().drive()))
                    .isEqualTo(Tree.complete(world.laptop().drive()));
        }
    }

    private static void assertOneFileOnDisk(Path older, Path newer, String id) throws IOException {
        String file = "blobs/" + id.substring(0, 2) + "/" + id;
        assertThat(Files.isSameFile(older.resolve(file), newer.resolve(file))).isTrue();
    }

    private static void copy(Path source, Path target) throws IOException {
        Program.run(List.of("cp", "-a", source.toString(), target.toString()), Map.of(), COPY)
                .ok();
    }
}
