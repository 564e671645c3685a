package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A drive beside a directory of the machine's own file system: the same random system calls on both must have the same results,
 * the same errors, the same bytes and the same stat after each step, and in the end the other drive must show the same tree.
 * {@code -Dtinysync.differential.seed=N} repeats one seed.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DifferentialIT {

    private static final int STEPS = 1_500;
    private static final int COMPARE_ALL_EVERY = 250;
    private static final int SHOWN_STEPS = 40;

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
    void aDriveAnswersAsTheMachinesOwnFileSystemDoes() throws Exception {
        Long one = Long.getLong("tinysync.differential.seed");
        for (long seed : one == null ? List.of(1L, 2L, 3L) : List.of(one)) {
            compare(seed);
        }
    }

    @Test
    void manySeedsOfIt() throws Exception {
        Random random = new Random();
        for (int i = 0; i < 40; i++) {
            compare(random.nextInt(1_000_000_000));
        }
    }

    private void compare(long seed) throws Exception {
        // A folder deeper, since links lead up.
        String name = "seed-" + seed + "/steps";
        PosixSide drive = new PosixSide(Files.createDirectories(world.laptop().path(name)), true);
        PosixSide reference = new PosixSide(Files.createDirectories(directory.resolve("reference/" + name)), false);
        try {
            Path desktop = world.desktop().path(name);
            run(seed, drive, reference);
            drive.closeAll();
            reference.closeAll();
            compareTrees(drive, reference, "seed " + seed + ", all closed");
            world.settle();
            assertThat(Tree.complete(desktop))
                    .as("seed %d, the other drive", seed)
                    .isEqualTo(Tree.complete(drive.root()));
        } finally {
            drive.closeAll();
            reference.closeAll();
        }
    }

    private void run(long seed, PosixSide drive, PosixSide reference) throws IOException {
        RandomSteps steps = new RandomSteps(seed);
        Deque<String> shown = new ArrayDeque<>();
        for (int i = 0; i < STEPS; i++) {
            PosixStep step = steps.next(reference);
            String expected = take(step, reference);
            String actual = take(step, drive);
            shown.add(i + ": " + step.text() + " → " + expected);
            if (shown.size() > SHOWN_STEPS) {
                shown.remove();
            }
            assertThat(actual)
                    .as("seed %d, step %d; the last steps:%n%s", seed, i, String.join("\n", shown))
                    .isEqualTo(expected);
            if (i % COMPARE_ALL_EVERY == COMPARE_ALL_EVERY - 1) {
                compareTrees(drive, reference, "seed " + seed + " after step " + i);
            }
        }
    }

    /** The step's result, and what it left behind. */
    private static String take(PosixStep step, PosixSide side) {
        StringBuilder seen = new StringBuilder(step.action().on(side));
        step.paths().forEach(path -> seen.append("; ").append(path).append(": ").append(side.lstat(path)));
        return seen.append("; slot: ").append(side.fstat(step.slot())).toString();
    }

    private static void compareTrees(PosixSide drive, PosixSide reference, String when) throws IOException {
        List<String> paths = reference.paths();
        assertThat(drive.paths()).as(when).isEqualTo(paths);
        for (String path : paths) {
            assertThat(drive.lstat(path)).as("%s: %s", when, path).isEqualTo(reference.lstat(path));
            Path file = reference.root().resolve(path);
            if (Files.isSymbolicLink(file)) {
                assertThat(drive.readlink(path)).as("%s: %s", when, path).isEqualTo(reference.readlink(path));
            } else if (Files.isRegularFile(file)) {
                assertThat(Files.mismatch(drive.root().resolve(path), file))
                        .as("%s: first other byte of %s", when, path)
                        .isEqualTo(-1);
            }
        }
    }
}
