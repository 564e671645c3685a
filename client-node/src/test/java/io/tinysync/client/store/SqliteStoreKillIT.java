package io.tinysync.client.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in a process that is killed while it writes: what a write had returned for is there, and nothing is there in part. */
final class SqliteStoreKillIT {

    private static final int KILLS = 5;

    /** Each transaction of the child puts this many items. */
    private static final int ITEMS_EACH = 3;

    @TempDir
    private Path directory;

    @Test
    void what_a_killed_process_had_committed_is_there_and_nothing_is_there_in_part() throws Exception {
        Path file = directory.resolve("store.sqlite");
        Random random = new Random(1);
        int hits = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long reported = writeUntilKilled(file, 20 + random.nextInt(200));
            try (SqliteStore store = SqliteStore.open(file, UnaryOperator.identity())) {
                long stored = store.read(view -> view.position().requestNo());
                assertThat(stored).isGreaterThanOrEqualTo(reported);
                assertThat(store.<Long>read(view -> view.serverTotals().items()))
                        .isEqualTo(stored * ITEMS_EACH);
                assertThat(store.<Integer>read(view ->
                                view.serverItems(ItemId.ROOT, Integer.MAX_VALUE).size()))
                        .isEqualTo((int) stored * ITEMS_EACH);
                hits += reported > 0 ? 1 : 0;
            }
        }
        assertThat(hits).isEqualTo(KILLS);
    }

    /** Returns the last transaction that the child said had returned. */
    private static long writeUntilKilled(Path file, int transactions) throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long reported = 0;
        try (BufferedReader lines = child.inputReader(StandardCharsets.US_ASCII)) {
            for (int i = 0; i < transactions; i++) {
                String line = lines.readLine();
                assertThat(line).isNotNull();
                reported = Long.parseLong(line);
            }
            child.destroyForcibly();
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return reported;
    }

    /** The child: one transaction after the other, each said when it has returned. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) {
            SqliteStore store = SqliteStore.open(Path.of(arguments[0]), UnaryOperator.identity());
            while (true) {
                System.out.println(store.<Long>write(transaction -> {
                    SyncPosition position = transaction.position();
                    long number = position.requestNo() + 1;
                    transaction.setPosition(position.withRequestNo(number));
                    for (int i = 0; i < ITEMS_EACH; i++) {
                        transaction.putServerItem(item(number * ITEMS_EACH + i));
                    }
                    return number;
                }));
            }
        }

        private static Item item(long number) {
            ItemId id = new ItemId(new UUID(0x7000, number));
            return new Item(id, ItemId.ROOT, "n" + number, ItemKind.FILE, Content.EMPTY, null, 0644, 0, 1, 1, 1, null);
        }
    }
}
