package io.tinysync.client.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.device.core.PendingTotals;
import io.tinysync.engine.protocol.Limits;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EDQUOT at the write that goes too far, where the device knows; where it does not, the server decides. */
final class QuotaTest {

    private DriveWorld world;

    @BeforeEach
    void begin(@TempDir Path directory) throws Exception {
        world = new DriveWorld(directory);
    }

    private void quota(long bytes, long items) {
        world.limits = new Limits(DriveWorld.MAX_FILE_BYTES, bytes, items, 256, 8 << 20);
    }

    private static void isOverQuota(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DriveException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EDQUOT));
    }

    @Test
    void a_write_that_the_vault_has_no_room_for_is_refused_before_a_byte_is_taken() {
        long handle = world.create("a");
        quota(10, 0);
        world.write(handle, 0, "0123456789");
        isOverQuota(() -> world.drive.write(handle, 10, ByteBuffer.allocate(1)));
        assertThat(world.read(handle)).isEqualTo("0123456789");
        world.write(handle, 0, "again");
        world.close(handle);
        assertThat(world.read("a")).isEqualTo("again56789");
    }

    @Test
    void a_quota_that_was_raised_holds_for_the_next_write() {
        long handle = world.create("a");
        quota(1, 0);
        isOverQuota(() -> world.drive.write(handle, 0, ByteBuffer.allocate(2)));
        quota(2, 0);
        world.write(handle, 0, "ab");
        world.close(handle);
    }

    @Test
    void one_item_too_many_is_refused_whatever_it_is() {
        world.close(world.create("a"));
        quota(0, 1);
        isOverQuota(() -> world.create("b"));
        isOverQuota(() -> world.drive.mkdir(Drive.ROOT_INO, "b", 0755));
        isOverQuota(() -> world.drive.symlink(Drive.ROOT_INO, "b", "a"));
        world.drive.unlink(Drive.ROOT_INO, "a");
        world.pass(Duration.ofSeconds(1));
        world.close(world.create("b"));
    }

    @Test
    void while_something_is_on_its_way_the_server_decides_until_it_has_refused_something() {
        world.tree.pendingTotals = new PendingTotals(1, 100, 0);
        long handle = world.create("a");
        quota(10, 1);
        world.write(handle, 0, "more than the quota");
        world.drive.mkdir(Drive.ROOT_INO, "folder", 0755);

        world.tree.full = true;
        world.pass(Duration.ofSeconds(1));
        isOverQuota(() -> world.drive.write(handle, 0, ByteBuffer.allocate(100)));
        isOverQuota(() -> world.create("b"));
        world.close(handle);
        assertThat(world.read("a")).isEqualTo("more than the quota");
    }
}
