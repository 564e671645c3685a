package io.tinysync.engine.blob.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Many runs in worlds where everything happens at once: whatever a vault can reach is in the store, always. */
final class CollectorTest {

    private static final int WORLDS = 100;
    private static final int RUNS = 12;

    @Test
    void nothingReachableEverGoes() throws Exception {
        long deletions = 0;
        long spared = 0;
        long revivals = 0;
        for (long seed = 0; seed < WORLDS; seed++) {
            CollectionWorld world = new CollectionWorld(seed, CollectorTest::isNone);
            runs(world, seed);
            deletions += world.deletions();
            spared += world.spared();
            revivals += world.revivals();
        }
        assertThat(deletions).as("blobs that went").isGreaterThan(WORLDS);
        assertThat(spared).as("condemned blobs that turned out to be reachable").isPositive();
        assertThat(revivals).as("condemned blobs that were sent again").isPositive();
    }

    @Test
    void aRunThatFailsAnywhereHasTakenNothingReachableAndTheNextGoesOn() throws Exception {
        int failed = 0;
        for (long seed = 0; seed < WORLDS; seed++) {
            CollectionWorld world = new CollectionWorld(seed, CollectorTest::isNone);
            world.failuresAre(0.02);
            failed += runs(world, seed);
            world.failuresAre(0);
            world.forgetEverything();
            for (int run = 0; run < 4; run++) {
                world.pass(Duration.ofHours(2));
                quietly(world);
            }
            assertThat(world.storedCount())
                    .as("blobs that stayed, seed " + seed)
                    .isLessThan(24);
        }
        assertThat(failed).as("runs that failed").isGreaterThan(WORLDS);
    }

    @Test
    void aWrongWordOnReachabilityIsNoticedByThisTest() throws Exception {
        int noticed = 0;
        for (long seed = 0; seed < WORLDS; seed++) {
            try {
                runs(new CollectionWorld(seed, id -> true), seed);
            } catch (AssertionError e) {
                assertThat(e).hasMessageContaining("reachable");
                noticed++;
            }
        }
        assertThat(noticed).as("worlds that noticed").isGreaterThan(WORLDS / 10);
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        CollectionWorld world = new CollectionWorld(7, CollectorTest::isNone);
        runs(world, 7);
        world.forgetEverything();
        world.pass(Duration.ofHours(2));
        new Collector(world, world, world).run(false);
        world.forgetEverything();
        world.pass(Duration.ofHours(2));
        long deletions = world.deletions();

        CollectionReport report = new Collector(world, world, world).run(true);

        assertThat(report.dryRun()).isTrue();
        assertThat(report.deleted() + report.condemned()).isPositive();
        assertThat(world.deletions()).isEqualTo(deletions);
    }

    private static boolean isNone(Sha256 id) {
        return false;
    }

    /** How many of the runs failed. */
    private static int runs(CollectionWorld world, long seed) throws IOException, InterruptedException {
        int failed = 0;
        for (int run = 0; run < RUNS; run++) {
            try {
                world.devicesDoSomething();
                new Collector(world, world, world).run(false);
            } catch (IllegalStateException expected) {
                failed++;
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            world.pass(Duration.ofMinutes(15));
        }
        return failed;
    }

    private static void quietly(CollectionWorld world) throws IOException, InterruptedException {
        new Collector(world, world, world).run(false);
        world.forgetEverything();
    }
}
