package io.tinysync.client.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.device.ContentStore.NoSpaceException;
import io.tinysync.engine.device.core.SyncPosition;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on a real file system that is really full. Mounts one, so that it needs root. */
final class FullDiskIT {

    @TempDir
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void each_write_is_refused_as_long_as_it_is_full_and_none_after() throws Exception {
        Path ballast = disk.resolve("ballast");
        try (SqliteStore store = SqliteStore.open(disk.resolve("store.sqlite"), name -> name)) {
            for (int round = 0; round < 3; round++) {
                count(store);
                fill(ballast);
                for (int i = 0; i < 3; i++) {
                    assertThatThrownBy(() -> count(store))
                            .isInstanceOf(StoreException.class)
                            .hasCauseInstanceOf(NoSpaceException.class);
                }
                Files.delete(ballast);
                count(store);
            }
            assertThat(store.<SyncPosition>read(view -> view.position()).requestNo())
                    .isEqualTo(6);
        }
        try (SqliteStore store = SqliteStore.open(disk.resolve("store.sqlite"), name -> name)) {
            assertThat(store.<SyncPosition>read(view -> view.position()).requestNo())
                    .isEqualTo(6);
        }
    }

    private static void count(SqliteStore store) {
        store.<Integer>write(tx -> {
            tx.setPosition(tx.position().withRequestNo(tx.position().requestNo() + 1));
            return 0;
        });
    }

    private static void fill(Path ballast) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }
}
