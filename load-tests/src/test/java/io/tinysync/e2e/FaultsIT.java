package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Servers and daemons that are killed, and servers that are away: nothing acknowledged or closed is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultsIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private World world;

    @BeforeAll
    void start() throws IOException {
        world = World.create(directory);
        // One that ends by itself leaves its classes for the many that are killed, which so start in half the time.
        world.server().stop();
        world.server().startAgain();
    }

    @AfterAll
    void stop() throws IOException {
        world.close();
    }

    @Test
    void aServerKilledAtAnyMomentLosesNothingAcknowledgedAndAppliesNothingTwice() throws Exception {
        killAtAnyMoment(10);
    }

    @Test
    @Tag("long")
    void aServerThatIsKilledOftenLosesNothingAcknowledgedEither() throws Exception {
        killAtAnyMoment(50);
    }

    private void killAtAnyMoment(int kills) throws Exception {
        Random random = new Random();
        int hits = 0;
        List<ApiWriter> writers =
                List.of(ApiWriter.join(world, "writer-1-of-" + kills), ApiWriter.join(world, "writer-2-of-" + kills));
        Program files = Program.start(
                List.of(
                        "sh",
                        "-c",
                        "mkdir -p \"$1\"; i=0; while :; do i=$((i+1)); echo $i > \"$1/f$i\"; sleep 0.1; done",
                        "sh",
                        world.laptop().path("kills-" + kills).toString()),
                Map.of(),
                directory.resolve("writer.log"));
        try (files) {
            writers.forEach(ApiWriter::start);
            for (int kill = 0; kill < kills; kill++) {
                long before = answers(writers);
                Await.until("a batch is answered since the start", SOON, () -> answers(writers) > before);
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(500)).toNanos());
                if (kill % 2 == 0) {
                    Await.until("a write is in flight", SOON, () -> isInFlight(writers));
                }
                boolean inFlight = isInFlight(writers);
                world.server().kill9();
                hits += inFlight ? 1 : 0;
                world.server().startAgain();
            }
        }
        for (ApiWriter writer : writers) {
            writer.stop();
        }
        world.settle();

        Map<String, Long> seqByOp = new HashMap<>();
        for (var entry : writers.getFirst().wholeLog()) {
            String opId = String.valueOf(entry.opId());
            assertThat(seqByOp.put(opId, entry.seq()))
                    .as("op " + opId + " applied twice")
                    .isNull();
        }
        int acknowledged = 0;
        for (ApiWriter writer : writers) {
            assertThat(seqByOp).containsAllEntriesOf(writer.acknowledged());
            acknowledged += writer.acknowledged().size();
        }
        System.out.printf(
                "%d kills of the server, %d of them with a write in flight; %d acknowledged ops, all there once; %d files%n",
                kills,
                hits,
                acknowledged,
                Tree.listing(world.laptop().path("kills-" + kills)).size());
        assertThat(hits).as("kills that hit a write in flight").isPositive();
        assertThat(Tree.complete(world.desktop().drive()))
                .isEqualTo(Tree.complete(world.laptop().drive()));
    }

    private static boolean isInFlight(List<ApiWriter> writers) {
        return writers.stream().anyMatch(ApiWriter::isWaitingForAnAnswer);
    }

    private static long answers(List<ApiWriter> writers) {
        return writers.stream().mapToLong(ApiWriter::answers).sum();
    }

    @Test
    void aDaemonKilledAfterCloseReturnedStillDeliversTheFile() throws Exception {
        world.server().stop();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String name = "closed-" + i;
            Files.writeString(world.laptop().path(name), "closed before the kill " + i);
            names.add(name);
            world.laptop().kill9();
            assertThat(world.laptop().isMounted())
                    .as("the dead mount point is still there")
                    .isTrue();
            world.laptop().attach();
        }
        world.server().startAgain();
        world.settle();
        for (String name : names) {
            assertThat(Files.readString(world.desktop().path(name))).startsWith("closed before the kill");
        }
    }

    @Test
    void withoutAServerTheDriveStartsListsReadsAndTakesWritesThatArriveLater() throws Exception {
        Path laptop = Files.createDirectories(world.laptop().path("offline/folder"));
        Files.writeString(laptop.resolve("cached"), "cached");
        world.settle();
        Path desktop = world.desktop().path("offline");
        assertThat(Files.readString(desktop.resolve("folder/cached"))).isEqualTo("cached");
        Files.writeString(laptop.resolve("placeholder"), "never read before the server stopped");
        world.settle();

        world.server().stop();
        world.desktop().detach();
        world.desktop().attach();
        assertThat(Tree.listing(desktop)).hasSize(3);
        assertThat(Files.readString(desktop.resolve("folder/cached"))).isEqualTo("cached");
        Program.Run unreachable = Program.sh(desktop, "cat folder/placeholder");
        assertThat(unreachable.exitCode()).isNotZero();
        assertThat(unreachable.output()).containsAnyOf("unreachable", "timed out");
        Program.sh(
                        desktop,
                        "echo new > new; mkdir made; mv folder made/moved; echo more >> made/moved/cached; df . >/dev/null")
                .ok();
        Files.writeString(laptop.resolve("meanwhile"), "on the laptop");
        Await.until(
                "status says offline",
                SOON,
                () -> world.desktop().status().path("state").asText().equals("offline"));
        assertThat(world.desktop().status().path("pending_ops").asLong()).isPositive();

        world.server().startAgain();
        world.settle();
        world.settle();
        assertThat(Tree.complete(desktop))
                .isEqualTo(Tree.complete(world.laptop().path("offline")));
        assertThat(Files.readString(world.laptop().path("offline/made/moved/cached")))
                .isEqualTo("cachedmore\n");
        assertThat(Files.readString(desktop.resolve("made/moved/meanwhile"))).isEqualTo("on the laptop");
    }
}
