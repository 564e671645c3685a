package io.tinysync.client.devfuse;

import static io.tinysync.client.devfuse.FakeKernel.arguments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.devfuse.FakeKernel.Answer;
import io.tinysync.client.drive.AttributeChange;
import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveWorld;
import io.tinysync.client.mount.Owner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers that a program can hardly provoke, or not see. */
@Timeout(60)
final class ProtocolTest {

    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ENOTTY = 25;
    private static final int ENAMETOOLONG = 36;
    private static final int ENOSYS = 38;
    private static final int EILSEQ = 84;
    private static final int ESTALE = 116;

    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_EXCL = 0200;
    private static final int O_APPEND = 02000;

    private static final int FROM_PAGE = 1;
    /** Where fuse_entry_out has the time for which the name may be kept, and that of its attributes. */
    private static final int NAME_VALID_AT = 16;

    @TempDir
    Path directory;

    private DriveWorld world;
    private FakeKernel kernel;

    @BeforeEach
    void start() throws Exception {
        world = new DriveWorld(directory);
        kernel = new FakeKernel(world.drive, new Owner(0, 0));
        assertThat(kernel.init().errno()).isZero();
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void a_kernel_that_is_too_old_is_refused_in_a_sentence() {
        try (FakeKernel old = new FakeKernel(world.drive, new Owner(0, 0))) {
            Answer answer = old.ask(Opcode.INIT, 0, arguments(7, 30, 131072, -1));

            assertThat(answer.errno()).isPositive();
            assertThatThrownBy(() -> old.session().agreed().join())
                    .hasMessageContaining("the kernel speaks version 7.30 of the FUSE protocol, needed is 7.31");
        }
    }

    @Test
    void what_is_agreed_has_neither_a_write_back_cache_nor_automatic_invalidation() {
        ByteBuffer agreed = kernel.init().body();

        assertThat(agreed.getInt(0)).isEqualTo(7);
        assertThat(agreed.getInt(4)).isEqualTo(37);
        int flags = agreed.getInt(12);
        assertThat(flags & (1 << 16 | 1 << 12)).isZero();
        assertThat(flags & (1 << 25 | 1 << 13 | 1 << 18)).isEqualTo(1 << 25 | 1 << 13 | 1 << 18);
        assertThat(agreed.getShort(16)).isEqualTo((short) 1024);
        assertThat(agreed.getInt(20)).isEqualTo(1 << 20);
        assertThat(agreed.getShort(28)).isEqualTo((short) 256);
        assertThat(agreed.remaining()).isEqualTo(64);
    }

    @Test
    void what_is_not_done_here_says_so_in_the_way_that_the_kernel_understands() {
        for (Opcode opcode : new Opcode[] {Opcode.GETXATTR, Opcode.LISTXATTR, Opcode.SETXATTR, Opcode.REMOVEXATTR}) {
            assertErrno(ENOSYS, opcode, arguments(0, 0, "user.x"));
        }
        for (Opcode opcode : new Opcode[] {Opcode.FALLOCATE, Opcode.LSEEK, Opcode.COPY_FILE_RANGE, Opcode.SETLK}) {
            assertErrno(ENOSYS, opcode, arguments(new byte[56]));
        }
        assertErrno(ENOTTY, Opcode.IOCTL, arguments(new byte[32]));
        assertErrno(EPERM, Opcode.LINK, arguments(2L, "name"));
        assertErrno(EPERM, Opcode.MKNOD, arguments(0010644, 0, 0, 0, "pipe"));
    }

    private void assertErrno(int errno, Opcode opcode, ByteBuffer arguments) {
        assertThat(kernel.ask(opcode, Drive.ROOT_INO, arguments).errno())
                .as("%s", opcode)
                .isEqualTo(errno);
    }

    @Test
    void names_that_are_not_utf_8_are_missing_and_cannot_be_made() {
        byte[] name = {'a', (byte) 0xff, 0};

        assertErrno(ENOENT, Opcode.LOOKUP, arguments((Object) name));
        assertErrno(EILSEQ, Opcode.MKDIR, arguments(0755, 0, name));
        assertErrno(EILSEQ, Opcode.SYMLINK, arguments("link", name));
        assertErrno(ENAMETOOLONG, Opcode.LOOKUP, arguments("x".repeat(256)));
    }

    @Test
    void renames_exchange_nothing_and_can_spare_the_target() {
        world.save("f", "one");
        world.save("g", "two");

        assertErrno(EINVAL, Opcode.RENAME2, arguments(Drive.ROOT_INO, 2, 0, "f", "g"));
        assertErrno(EEXIST, Opcode.RENAME2, arguments(Drive.ROOT_INO, 1, 0, "f", "g"));
        assertErrno(0, Opcode.RENAME2, arguments(Drive.ROOT_INO, 1, 0, "f", "h"));
    }

    @Test
    void a_file_that_the_kernel_does_not_know_of_yet_is_opened_by_create() {
        world.arrive("f", "text");

        Answer opened = kernel.ask(Opcode.CREATE, Drive.ROOT_INO, arguments(O_RDWR, 0100644, 0, 0, "f"));

        assertThat(opened.errno()).isZero();
        assertThat(opened.body().getLong(0)).isEqualTo(world.ino("f"));
        assertErrno(EEXIST, Opcode.CREATE, arguments(O_RDWR | O_EXCL, 0100644, 0, 0, "f"));
    }

    @Test
    void a_page_that_a_mapping_changed_goes_to_its_place_though_the_handle_appends() {
        world.save("f", "abcdef");
        long ino = lookup("f");
        long handle = kernel.ask(Opcode.OPEN, ino, arguments(O_RDWR | O_APPEND, 0))
                .body()
                .getLong(0);

        write(ino, handle, "XY", FROM_PAGE);
        write(ino, handle, "end", 0);
        kernel.ask(Opcode.FLUSH, ino, arguments(handle, 0L, 0L));

        assertThat(world.read("f")).isEqualTo("XYcdefend");
    }

    private void write(long ino, long handle, String text, int flags) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(kernel.ask(Opcode.WRITE, ino, arguments(handle, 0L, bytes.length, flags, 0L, 0, 0, bytes))
                        .errno())
                .isZero();
    }

    private long lookup(String name) {
        return kernel.ask(Opcode.LOOKUP, Drive.ROOT_INO, arguments(name)).body().getLong(0);
    }

    @Test
    void one_who_appends_has_the_kernel_look_where_the_end_is_once() {
        world.save("f", "text");
        long ino = lookup("f");
        world.drive.setattr(ino, OptionalLong.empty(), AttributeChange.size(2));

        assertThat(kernel.ask(Opcode.OPEN, ino, arguments(O_RDWR | O_APPEND, 0)).errno())
                .isEqualTo(ESTALE);
        assertThat(kernel.ask(Opcode.OPEN, ino, arguments(O_RDWR | O_APPEND, 0)).errno())
                .isZero();
    }

    @Test
    void a_read_that_waits_is_ended_by_an_interrupt() {
        world.arrive("far", "text");
        world.server.stall();
        long ino = lookup("far");
        long handle =
                kernel.ask(Opcode.OPEN, ino, arguments(O_RDONLY, 0)).body().getLong(0);
        ByteBuffer read = arguments(handle, 0L, 4096, 0, 0L, 0, 0);

        long waiting = kernel.sendRequest(Opcode.READ, ino, read);
        long interrupt = kernel.sendRequest(Opcode.INTERRUPT, 0, arguments(waiting));
        Answer answer = kernel.receive();

        assertThat(interrupt).isNotEqualTo(waiting);
        assertThat(answer.unique()).isEqualTo(waiting);
        assertThat(answer.errno()).isEqualTo(EINTR);
    }

    @Test
    void an_interrupt_that_comes_first_ends_the_wait_when_it_begins() {
        world.arrive("far", "text");
        world.server.stall();
        long ino = lookup("far");
        long handle =
                kernel.ask(Opcode.OPEN, ino, arguments(O_RDONLY, 0)).body().getLong(0);
        long next = kernel.sendRequest(Opcode.STATFS, 0, arguments()) + 4;
        assertThat(kernel.receive().errno()).isZero();

        kernel.sendRequest(Opcode.INTERRUPT, 0, arguments(next));
        // Answered behind it, by the only thread that there is when one after the other comes.
        kernel.send(FakeKernel.message(Opcode.READ.number(), next, ino, arguments(handle, 0L, 4096, 0, 0L, 0, 0)));

        assertThat(kernel.receive().errno()).isEqualTo(EINTR);
    }

    @Test
    void an_entry_and_an_absence_may_be_kept_for_long_while_nothing_changes() {
        world.save("f", "text");

        assertThat(kernel.ask(Opcode.LOOKUP, Drive.ROOT_INO, arguments("f"))
                        .body()
                        .getLong(NAME_VALID_AT))
                .isEqualTo(3600);
        Answer absent = kernel.ask(Opcode.LOOKUP, Drive.ROOT_INO, arguments("none"));
        assertThat(absent.body().getLong(0)).isZero();
        assertThat(absent.body().getLong(NAME_VALID_AT)).isEqualTo(3600);
    }
}
