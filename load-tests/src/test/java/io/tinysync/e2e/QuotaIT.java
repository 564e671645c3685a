package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What programs hear from a mounted drive whose vault has no room for what they write, and that nothing which was taken is lost. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class QuotaIT {

    private static final long MAX_FILE_BYTES = 3_000_000;

    /** The drive asks for the quota that holds every so often. */
    private static final Duration HEARD = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static Vault vault;
    private static DeviceProcess laptop;

    @BeforeAll
    static void start() throws Exception {
        ServerProcess server = new ServerProcess(
                directory, Account.own().with("TINYSYNC_MAX_FILE_BYTES", String.valueOf(MAX_FILE_BYTES)));
        vault = Vault.create(server, "narrow");
        quota(2_000_000, 4);
        laptop = vault.register(directory, "laptop", Account.own());
        laptop.attach();
    }

    @AfterAll
    static void stop() throws Exception {
        try (ServerProcess _ = vault.server();
                DeviceProcess _ = laptop) {
            // The device first.
        }
    }

    private static void quota(long bytes, long items) throws IOException {
        vault.server()
                .admin(
                        "vault",
                        "quota",
                        vault.vaultId(),
                        "--bytes",
                        String.valueOf(bytes),
                        "--items",
                        String.valueOf(items));
    }

    private static Program.Run sh(String script) throws IOException {
        return Program.sh(laptop.drive(), script);
    }

    private static long size(String name) throws IOException {
        return Files.size(laptop.path(name));
    }

    /** What the list of vaults says may be a moment behind. */
    private static void awaitAtTheServer(String what, long amount) throws Exception {
        Await.until(
                "the vault has " + amount + " " + what,
                HEARD,
                () -> vault.server().admin("vault", "list").findPath(what).asLong() == amount,
                () -> laptop.status().toString());
    }

    @Test
    @Order(1)
    void df_shows_the_quota_and_what_is_left_of_it_in_whole_blocks() throws Exception {
        assertThat(sh("df --output=size,avail --block-size=1 . | tail -1").ok().strip())
                .isEqualTo("1998848 1998848");
    }

    @Test
    @Order(2)
    void dd_and_cp_hear_at_the_write_that_the_quota_is_used_up_and_what_was_written_before_stays() throws Exception {
        sh("dd if=/dev/zero of=kept bs=100000 count=10 status=none").ok();
        laptop.sync();

        Program.Run dd = sh("! dd if=/dev/urandom of=large bs=100000 count=15");
        assertThat(dd.output()).contains("error writing 'large'", "Disk quota exceeded", "10+0 records out");
        assertThat(size("large")).isEqualTo(1_000_000);
        laptop.sync();

        Program.Run cp = sh("! cp kept copy");
        assertThat(cp.output()).contains("Disk quota exceeded");
        Program.Run appended = sh("! dd if=/dev/zero of=kept bs=100000 count=1 oflag=append conv=notrunc");
        assertThat(appended.output()).contains("Disk quota exceeded");
        sh("printf inside | dd of=kept bs=6 conv=notrunc status=none").ok();
        assertThat(size("kept")).isEqualTo(1_000_000);
        laptop.sync();
        awaitAtTheServer("bytes", 2_000_000);
    }

    @Test
    @Order(3)
    void one_item_too_many_is_refused_where_it_is_made() throws Exception {
        sh("rm copy; mkdir folder; touch folder/last").ok();
        laptop.sync();
        for (String made : new String[] {"mkdir another", "touch another", "ln -s kept another"}) {
            Program.Run refused = sh("! " + made);
            assertThat(refused.output()).as(made).contains("Disk quota exceeded");
        }
        awaitAtTheServer("items", 4);
    }

    @Test
    @Order(4)
    void a_file_over_the_servers_limit_is_too_large_at_the_write() throws Exception {
        Program.Run written = sh("! dd if=/dev/zero of=kept bs=100000 seek=30 count=1 conv=notrunc");
        assertThat(written.output()).contains("File too large");
        Program.Run extended = sh("! truncate -s " + (MAX_FILE_BYTES + 1) + " kept");
        assertThat(extended.output()).contains("File too large");
        assertThat(size("kept")).isEqualTo(1_000_000);
    }

    @Test
    @Order(5)
    void once_the_quota_is_raised_the_same_write_is_taken() throws Exception {
        quota(2_500_000, 10);
        Await.until(
                "the raised quota holds for the drive",
                HEARD,
                () -> sh("dd if=/dev/zero of=large bs=100000 count=1 oflag=append conv=notrunc status=none")
                                .exitCode()
                        == 0,
                () -> laptop.status().toString());
        laptop.sync();
        assertThat(size("large")).isEqualTo(1_100_000);
        awaitAtTheServer("bytes", 2_100_000);
    }

    /** The drive has not heard of it when the program writes: the server refuses, the device keeps. */
    @Test
    @Order(6)
    void what_the_server_refuses_later_stays_on_the_device_is_told_and_goes_on_when_there_is_room() throws Exception {
        quota(1, 10);
        sh("printf 'written in good faith' > refused").ok();
        Await.until(
                "the device tells that the vault is full",
                HEARD,
                () -> laptop.status().toString().contains("quota_exceeded"),
                () -> laptop.status() + laptop.log());
        assertThat(laptop.path("refused")).hasContent("written in good faith");
        assertThat(laptop.status().path("pending_ops").asLong()).isPositive();

        quota(0, 0);
        laptop.sync();
        assertThat(laptop.status().path("pending_ops").asLong()).isZero();
        assertThat(laptop.path("refused")).hasContent("written in good faith");
        awaitAtTheServer("bytes", 2_100_000 + size("refused"));
    }
}
