package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.blob.FaultyProxy;
import io.tinysync.engine.blob.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's storage goes, is full, or is cut off from devices: nothing acknowledged is lost, and nobody has to do anything after. */
final class StorageIT {

    /** Log pages and mutations, in the time that it takes. */
    private static final long OTHER_REQUESTS_BYTES = 1_000_000;

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void whileS3IsAwayChangesWaitAndAfterwardsTheyGoByThemselves() throws Exception {
        try (S3Server s3 = S3Server.start(directory.resolve("s3"));
                FaultyProxy proxy = FaultyProxy.to(s3.port());
                World world = World.create(directory, Account.own().withBlobsInS3(proxy.port()), Account.own())) {
            Program.sh(world.laptop().drive(), "head -c 9000000 /dev/urandom > before")
                    .ok();
            world.settle();
            proxy.down(true);
            Program.sh(world.laptop().drive(), "head -c 9000000 /dev/urandom > large; echo small > small")
                    .ok();

            Program.Run early = world.laptop().cli("sync", "--wait", "20");
            assertThat(early.exitCode()).as(early.output()).isEqualTo(1);
            JsonNode status = world.laptop().status();
            assertThat(status.path("pending_ops").asInt()).isEqualTo(2);
            Program.sh(world.desktop().drive(), "! cat before > /dev/null").ok();
            assertThat(world.desktop().path("before")).exists();

            proxy.down(false);
            world.settle();
            for (String name : List.of("before", "large", "small")) {
                assertThat(Tree.hash(world.desktop().path(name)))
                        .isEqualTo(Tree.hash(world.laptop().path(name)));
            }
            assertThat(world.server().admin("verify").path("damaged").asLong()).isZero();
            assertThat(world.server().admin("gc", "--dry-run").path("deleted").asLong())
                    .isZero();
        }
    }

    @Test
    @Tag("long")
    void aFullDiskOfTheServerIsSaidAndChangesGoOnceThereIsRoom() throws Exception {
        Path blobs = Files.createDirectories(directory.resolve("blobs"));
        Program.run(List.of("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", blobs.toString()), Map.of(), SOON)
                .ok();
        Account onFullDisk = Account.own().with("TINYSYNC_BLOB_STORE", "file:" + blobs);
        try (World world = World.create(directory, onFullDisk, Account.own())) {
            Program.sh(world.laptop().drive(), "echo kept > before").ok();
            world.settle();
            Program.sh(
                            world.laptop().drive(),
                            "head -c 30000000 /dev/urandom > large; head -c 3000000 /dev/urandom > small")
                    .ok();

            Program.Run early = world.laptop().cli("sync", "--wait", "20");
            assertThat(early.exitCode()).as(early.output()).isEqualTo(1);
            assertThat(world.laptop().status().path("errors").toString()).contains("large", "full");
            assertThat(world.desktop().path("before")).hasContent("kept\n");

            Program.run(List.of("mount", "-o", "remount,size=80m", blobs.toString()), Map.of(), SOON)
                    .ok();
            world.settle();
            for (String name : List.of("before", "large", "small")) {
                assertThat(Tree.hash(world.desktop().path(name)))
                        .isEqualTo(Tree.hash(world.laptop().path(name)));
            }
        } finally {
            Program.run(List.of("umount", "-l", blobs.toString()), Map.of(), SOON);
        }
    }

    @Test
    void anUploadThatIsCutAgainAndAgainSendsLittleTwice() throws Exception {
        try (World world = World.create(directory);
                CountingLink link = new CountingLink(world.server().url());
                DeviceProcess writer =
                        new DeviceProcess(directory, "writer", world.vault().vaultId(), Account.own())) {
            world.vault().admit(writer.register(link.url()));
            writer.attach();
            writer.sync();
            link.cutEvery(10_000_000, 6);

            Program.sh(writer.drive(), "head -c 70000000 /dev/urandom > large").ok();
            writer.sync();

            assertThat(link.cuts()).isEqualTo(6);
            System.out.printf("70 MB, cut 6 times: %d bytes were sent%n", link.sentBytes());
            assertThat(link.sentBytes())
                    .as("bytes sent of a file of 70,000,000; 130,000,000 if each cut lost what was sent before")
                    .isLessThan(70_000_000 + 6 * CountingLink.LOST_BY_A_CUT_BYTES + OTHER_REQUESTS_BYTES);
            world.desktop().sync();
            assertThat(Tree.hash(world.desktop().path("large"))).isEqualTo(Tree.hash(writer.path("large")));
        }
    }

    /** The server is killed while it receives: what had arrived on its disk is not sent again. */
    @Test
    @Tag("long")
    void anUploadGoesOnAfterTheServerWasKilled() throws Exception {
        try (World world = World.create(directory);
                CountingLink link = new CountingLink(world.server().url());
                DeviceProcess writer =
                        new DeviceProcess(directory, "writer", world.vault().vaultId(), Account.own())) {
            world.vault().admit(writer.register(link.url()));
            writer.attach();
            writer.sync();
            link.cutEvery(Long.MAX_VALUE, 0);
            Program.sh(writer.drive(), "head -c 300000000 /dev/urandom > large").ok();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (link.sentBytes() < 100_000_000 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            world.server().kill9();
            long before = link.sentBytes();
            assertThat(before).isBetween(100_000_000L, 299_000_000L);

            world.server().startAgain();
            writer.sync();

            System.out.printf("300 MB, killed after %d: %d bytes were sent%n", before, link.sentBytes());
            assertThat(link.sentBytes())
                    .as("bytes sent of a file of 300,000,000")
                    .isLessThan(330_000_000);
            world.desktop().sync();
            assertThat(Tree.hash(world.desktop().path("large"))).isEqualTo(Tree.hash(writer.path("large")));
        }
    }
}
