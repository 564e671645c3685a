package io.tinysync.engine.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileBlobStoreTest extends BlobStoreContract implements ShortBlobsContract {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Path directory;
    private FileBlobStore store;

    @BeforeAll
    void open(@TempDir Path shared) throws IOException {
        directory = shared;
        store = FileBlobStore.open(directory, ALLOWANCE, system(), threads);
    }

    @AfterAll
    void close() throws IOException {
        store.close();
        threads.close();
    }

    @Override
    public BlobStore store() {
        return store;
    }

    @Test
    void whatACrashedPutLeftIsRemovedWhenTheStoreIsOpened(@TempDir Path other) throws IOException {
        Path leftover = Files.createDirectories(other.resolve("tmp")).resolve("put123.tmp");
        Files.writeString(leftover, "half a blo");

        FileBlobStore.open(other, ALLOWANCE, system(), threads).close();

        assertThat(leftover).doesNotExist();
    }

    @Test
    void noPutLeavesATemporaryFile() throws IOException {
        put(Sha256.hash(bytes(30, 10)), bytes(31, 10));
        put(Sha256.hash(bytes(31, 10)), bytes(31, 10));

        try (Stream<Path> files = Files.list(directory.resolve("tmp"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aSecondStoreOnTheSameDirectoryIsRefused() {
        assertThatThrownBy(() -> FileBlobStore.open(directory, ALLOWANCE, system(), threads))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void aLostListOfLeavesIsMadeAnew() throws IOException {
        byte[] bytes = bytes(32, Leaves.LEAF_BYTES + 1);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);
        Leaves before = get(store.leaves(id)).orElseThrow();
        Path list = file(id).resolveSibling(id + ".leaves");
        Files.write(list, new byte[5]);

        assertThat(get(store.leaves(id))).contains(before);
        assertThat(list).hasSize(2L * Sha256.BYTES);
    }

    @Test
    void leavesOfADamagedBlobAreAFailure() throws IOException {
        byte[] bytes = bytes(33, Leaves.LEAF_BYTES + 1);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);
        Files.delete(file(id).resolveSibling(id + ".leaves"));
        bytes[5]++;
        Files.write(file(id), bytes);

        assertThatThrownBy(() -> get(store.leaves(id))).rootCause().hasMessageContaining("damaged");
    }

    @Test
    void aGroupOfShortBlobsLeavesNoTemporaryFileAndWritesADamagedBlobAnew() throws IOException {
        byte[] damaged = bytes(34, 900);
        byte[] shortened = bytes(35, 900);
        byte[] whole = bytes(36, 900);
        put(Sha256.hash(damaged), bytes(34, 900));
        put(Sha256.hash(shortened), shortened);
        put(Sha256.hash(whole), whole);
        Files.write(file(Sha256.hash(damaged)), bytes(37, 900));
        Files.write(file(Sha256.hash(shortened)), new byte[5]);
        Object before = Files.getAttribute(file(Sha256.hash(whole)), "unix:ino");

        get(store.putShort(List.of(
                ShortBlobsContract.blob(damaged), ShortBlobsContract.blob(shortened), ShortBlobsContract.blob(whole))));

        assertThat(file(Sha256.hash(damaged))).hasBinaryContent(damaged);
        assertThat(file(Sha256.hash(shortened))).hasBinaryContent(shortened);
        assertThat(Files.getAttribute(file(Sha256.hash(whole)), "unix:ino"))
                .as("what is there is not written again")
                .isEqualTo(before);
        try (Stream<Path> files = Files.list(directory.resolve("tmp"))) {
            assertThat(files).isEmpty();
        }
    }

    private Path file(Sha256 id) {
        return directory.resolve(id.toString().substring(0, 2)).resolve(id.toString());
    }
}
