package io.tinysync.client.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an fsync after a small write in the midst of a big file costs, beside the two ways in which it could be done otherwise. */
@Tag("long")
final class FsyncCostTest {

    private static final int PAGE_BYTES = 4096;
    private static final int ROUNDS = 15;

    private static final ItemId ITEM = new ItemId(UUID.randomUUID());

    @TempDir
    Path directory;

    /** One way to bring a working file to stable storage. */
    private interface Way {
        void force(WorkingFile file) throws IOException;
    }

    @Test
    void it_costs_what_changed_and_not_what_the_file_holds() throws IOException {
        for (int megabytes : new int[] {45, 500}) {
            try (Measured file = new Measured(megabytes)) {
                double bytesOnly = file.medianMs(WorkingFile::force);
                double leaves = file.medianMs(working -> working.force(ITEM, 1, null, null));
                double whole = file.medianMs(working -> {
                    working.force();
                    working.seal();
                });
                System.out.printf(
                        "fsync after a write of 4 KiB in %d MB: bytes only %.2f ms, changed leaves %.2f ms (%.1f times),"
                                + " the whole hash %.1f ms (%.0f times)%n",
                        megabytes, bytesOnly, leaves, leaves / bytesOnly, whole, whole / bytesOnly);
                assertThat(leaves).isLessThan(whole / 2);
            }
        }
    }

    private final class Measured implements AutoCloseable {
        private final Random random = new Random(1);
        private final long sizeBytes;
        private final WorkingFile file;

        Measured(int megabytes) throws IOException {
            this.sizeBytes = megabytes * 1_000_000L;
            this.file = ContentFiles.open(directory.resolve("of " + megabytes))
                    .working()
                    .empty(ITEM, BytesId.NONE);
            byte[] bytes = new byte[1_000_000];
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(bytes);
                file.write(ByteBuffer.wrap(bytes), i * 1_000_000L);
            }
            file.force(ITEM, 1, null, null);
        }

        double medianMs(Way way) throws IOException {
            double[] times = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                byte[] page = new byte[PAGE_BYTES];
                random.nextBytes(page);
                file.write(ByteBuffer.wrap(page), random.nextLong(sizeBytes / PAGE_BYTES) * PAGE_BYTES);
                long begin = System.nanoTime();
                way.force(file);
                times[round] = (System.nanoTime() - begin) / 1e6;
            }
            Arrays.sort(times);
            return times[ROUNDS / 2];
        }

        @Override
        public void close() throws IOException {
            file.discard();
        }
    }
}
