package io.tinysync.client.devfuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveWorld;
import io.tinysync.client.mount.Owner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes from the kernel, it is answered once or dropped, and the session goes on. */
@Timeout(120)
final class MalformedMessagesTest {

    private static final int MESSAGES = 20_000;
    private static final int MAX_ARGUMENT_BYTES = 400;
    private static final int BIG_BYTES = 100_000;
    private static final int MAX_OPCODE = 60;
    private static final int MAX_ERRNO = 4095;

    /** Those that are not answered. */
    private static final Set<Integer> SILENT = Set.of(
            Opcode.FORGET.number(),
            Opcode.BATCH_FORGET.number(),
            Opcode.INTERRUPT.number(),
            Opcode.NOTIFY_REPLY.number());

    @TempDir
    Path directory;

    private DriveWorld world;
    private FakeKernel kernel;

    @BeforeEach
    void start() throws Exception {
        world = new DriveWorld(directory);
        kernel = new FakeKernel(world.drive, new Owner(0, 0));
        assertThat(kernel.init().errno()).isZero();
        world.save("f", "text");
        world.arrive("far", "text");
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    @Test
    void requests_with_arguments_of_any_kind_are_each_answered_once() {
        Random random = new Random(42);
        for (int i = 1; i <= MESSAGES; i++) {
            int opcode = random.nextInt(MAX_OPCODE);
            long unique = 1_000_000L + i;
            assertThat(kernel.send(FakeKernel.message(opcode, unique, node(random), arguments(random))))
                    .isPositive();
            if (!SILENT.contains(opcode)) {
                assertAnswered(unique);
            }
        }
        assertThatItGoesOn();
    }

    @Test
    void what_is_no_message_is_dropped() {
        Random random = new Random(42);
        for (int i = 1; i <= MESSAGES; i++) {
            ByteBuffer message =
                    FakeKernel.message(random.nextInt(MAX_OPCODE), 3_000_000L + i, node(random), arguments(random));
            // Cut off, too long by its own saying, or of random bytes.
            int kind = random.nextInt(3);
            if (kind == 0) {
                message.limit(1 + random.nextInt(message.limit() - 1));
            } else if (kind == 1) {
                message.putInt(0, message.limit() + 1 + random.nextInt(Integer.MAX_VALUE / 2));
            } else {
                byte[] noise = new byte[message.limit()];
                random.nextBytes(noise);
                message.put(0, noise);
            }
            assertThat(kernel.send(message)).isPositive();
        }
        assertThatItGoesOn();
    }

    @Test
    void big_messages_that_no_kernel_sends_are_answered() {
        for (Opcode opcode : Opcode.values()) {
            long unique = kernel.sendRequest(opcode, Drive.ROOT_INO, ByteBuffer.allocate(BIG_BYTES));
            if (!SILENT.contains(opcode.number())) {
                assertAnswered(unique);
            }
        }
        assertThatItGoesOn();
    }

    @Test
    void the_session_ends_when_the_kernel_lets_go() throws Exception {
        kernel.close();

        kernel.ended().get(10, TimeUnit.SECONDS);
    }

    private void assertAnswered(long unique) {
        FakeKernel.Answer answer = kernel.receive();
        while (answer.unique() == 0) {
            answer = kernel.receive();
        }
        assertThat(answer.unique()).isEqualTo(unique);
        assertThat(answer.errno()).isBetween(0, MAX_ERRNO);
    }

    private void assertThatItGoesOn() {
        assertThat(kernel.ask(Opcode.LOOKUP, Drive.ROOT_INO, FakeKernel.arguments("f"))
                        .errno())
                .isZero();
    }

    private long node(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Drive.ROOT_INO;
            case 1 -> world.ino("f");
            case 2 -> world.ino("far");
            default -> random.nextLong();
        };
    }

    /** Small numbers, which may be handles and flags, or random bytes, or names. */
    private static ByteBuffer arguments(Random random) {
        ByteBuffer arguments =
                ByteBuffer.allocate(random.nextInt(MAX_ARGUMENT_BYTES)).order(ByteOrder.nativeOrder());
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(arguments.array());
            case 1 -> {
                while (arguments.remaining() >= Long.BYTES) {
                    arguments.putLong(random.nextInt(8));
                }
            }
            default -> {
                while (arguments.remaining() > 2) {
                    arguments.put((byte) ('a' + random.nextInt(3)));
                    if (random.nextInt(4) == 0) {
                        arguments.put((byte) 0);
                    }
                }
            }
        }
        return arguments.rewind();
    }
}
