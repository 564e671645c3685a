package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.blob.S3Server;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Management.RegisteredDevice;
import io.tinysync.engine.protocol.Sha256;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The S3 server is stopped for minutes while two devices write and collections are due. */
@Tag("long")
final class S3OutageIT {

    private static final Duration OUTAGE = Duration.ofSeconds(140);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir
    private Path directory;

    @Test
    void everythingWaitsAndAfterwardsArrivesByItself() throws Exception {
        try (S3Server s3 = S3Server.start(directory.resolve("s3"));
                World world = World.create(
                        directory,
                        Account.own().withBlobsInS3(s3.port()).with("TINYSYNC_GC_INTERVAL", "5s"),
                        Account.own());
                DriveWriter laptop = DriveWriter.start(world.laptop(), directory);
                DriveWriter desktop = DriveWriter.start(world.desktop(), directory)) {
            Probe probe = Probe.join(world);
            laptop.awaitMore(20);
            desktop.awaitMore(20);
            assertThat(probe.put().statusCode()).isEqualTo(204);

            s3.stop();
            long begin = System.nanoTime();
            Program.sh(world.laptop().drive(), "head -c 20000000 /dev/urandom > large")
                    .ok();
            int before = laptop.files() + desktop.files();
            int refusals = probe.refusedFor(OUTAGE);
            int written = laptop.files() + desktop.files() - before;
            int pending = pending(world.laptop()) + pending(world.desktop());
            assertThat(written).as("programs go on").isGreaterThan(100);
            assertThat(pending).as("what they write is queued").isGreaterThanOrEqualTo(written);
            s3.startAgain();
            long back = System.nanoTime();

            laptop.awaitMore(20);
            desktop.awaitMore(20);
            Map<String, String> ofLaptop = laptop.stop();
            Map<String, String> ofDesktop = desktop.stop();
            for (DeviceProcess device : new DeviceProcess[] {world.laptop(), world.desktop(), world.laptop()}) {
                device.syncFor(PATIENCE);
            }
            long settled = System.nanoTime();
            for (DeviceProcess device : new DeviceProcess[] {world.laptop(), world.desktop()}) {
                assertThat(Tree.complete(device.path(laptop.folder()))).isEqualTo(ofLaptop);
                assertThat(Tree.complete(device.path(desktop.folder()))).isEqualTo(ofDesktop);
                assertThat(pending(device)).isZero();
            }
            assertThat(Tree.hash(world.desktop().path("large")))
                    .isEqualTo(Tree.hash(world.laptop().path("large")));
            assertThat(probe.put().statusCode()).isEqualTo(204);
            assertThat(world.server().admin("verify").path("damaged").asLong()).isZero();
            assertThat(world.server().admin("gc", "--dry-run").path("deleted").asLong())
                    .isZero();
            System.out.printf(
                    "S3 away for %d s: %d uploads refused, %d files written meanwhile, %d ops pending at its end, all"
                            + " arrived %d s after it was back%n",
                    seconds(back - begin), refusals, written, pending, seconds(settled - back));
        }
    }

    private static int pending(DeviceProcess device) throws Exception {
        return device.status().path("pending_ops").asInt();
    }

    private static long seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds();
    }

    /** A device on the bare API, which sees the server's own answers. */
    private static final class Probe {
        private final World world;
        private final String token;
        private int count;

        private Probe(World world, String token) {
            this.world = world;
            this.token = token;
        }

        static Probe join(World world) throws Exception {
            HttpResponse<String> answer = world.server()
                    .send("POST", "/v1/devices", ServerProcess.ADMIN_TOKEN, "{\"display_name\":\"probe\"}");
            RegisteredDevice device = Json.read(answer.body().getBytes(StandardCharsets.UTF_8), RegisteredDevice.class);
            world.vault().admit(device.deviceId().toString());
            return new Probe(world, device.token());
        }

        HttpResponse<String> put() throws Exception {
            String content = "content " + ++count;
            Sha256 id = Sha256.hash(content.getBytes(StandardCharsets.UTF_8));
            return world.server().send("PUT", "/v1/vaults/" + world.vault().vaultId() + "/blobs/" + id, token, content);
        }

        /** Tries again and again; every answer says when to come again. How many there were. */
        int refusedFor(Duration time) throws Exception {
            long end = System.nanoTime() + time.toNanos();
            int refusals = 0;
            while (System.nanoTime() < end) {
                HttpResponse<String> answer = put();
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(answer.body()).contains("\"unavailable\"");
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
                refusals++;
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
            return refusals;
        }
    }
}
