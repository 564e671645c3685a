package io.tinysync.client.content;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ForcedBytes} beside its working file. Big-endian: format (1 byte), item (16), size and mtime (8 each), seen and recorded (a byte
 * that is 0 or 1, and 32 where it is 1), the leaves (32 each), and the SHA-256 of all that.
 */
final class ForcedBytesFile {

    private static final String SUFFIX = ".leaves";

    private static final byte FORMAT = 1;
    private static final int MAX_HEAD_BYTES = 1 + 4 * Long.BYTES + 2 * (1 + Sha256.BYTES);

    private final Path path;

    private ForcedBytesFile(Path path) {
        this.path = path;
    }

    static ForcedBytesFile of(Path workingFile) {
        return new ForcedBytesFile(workingFile.resolveSibling(workingFile.getFileName() + SUFFIX));
    }

    static boolean isOne(Path file) {
        return file.toString().endsWith(SUFFIX);
    }

    /** Removes one whose working file is gone. */
    static void deleteIfLeft(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (Files.notExists(file.resolveSibling(name.substring(0, name.length() - SUFFIX.length())))) {
            Files.delete(file);
        }
    }

    /** Replaces what is there, whose bytes are then on stable storage; its name is once the folder is forced. */
    void write(ForcedBytes forced) throws IOException {
        ByteBuffer bytes = encoded(forced);
        Path draft = path.resolveSibling(path.getFileName() + WholeFiles.COPY_SUFFIX);
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private static ByteBuffer encoded(ForcedBytes forced) {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_HEAD_BYTES + (forced.leaves().size() + 1) * Sha256.BYTES);
        bytes.put(FORMAT);
        bytes.putLong(forced.itemId().value().getMostSignificantBits());
        bytes.putLong(forced.itemId().value().getLeastSignificantBits());
        bytes.putLong(forced.sizeBytes()).putLong(forced.mtimeNs());
        put(bytes, forced.seen());
        put(bytes, forced.recorded());
        forced.leaves().forEach(leaf -> bytes.put(leaf.toBytes()));
        return bytes.put(Sha256.hash(bytes.duplicate().flip()).toBytes()).flip();
    }

    private static void put(ByteBuffer bytes, @Nullable Sha256 hash) {
        bytes.put((byte) (hash == null ? 0 : 1));
        if (hash != null) {
            bytes.put(hash.toBytes());
        }
    }

    /** What is there; empty if there is nothing that is whole. */
    Optional<ForcedBytes> read() {
        try {
            byte[] bytes = Files.readAllBytes(path);
            int end = bytes.length - Sha256.BYTES;
            return end > 0
                            && Sha256.hash(ByteBuffer.wrap(bytes, 0, end))
                                    .equals(Sha256.of(Arrays.copyOfRange(bytes, end, bytes.length)))
                    ? parsed(ByteBuffer.wrap(bytes, 0, end))
                    : Optional.empty();
        } catch (IOException | BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static Optional<ForcedBytes> parsed(ByteBuffer bytes) {
        if (bytes.get() != FORMAT) {
            return Optional.empty();
        }
        ItemId itemId = new ItemId(new UUID(bytes.getLong(), bytes.getLong()));
        long sizeBytes = bytes.getLong();
        long mtimeNs = bytes.getLong();
        Sha256 seen = optionalHash(bytes);
        Sha256 recorded = optionalHash(bytes);
        List<Sha256> leaves = new ArrayList<>();
        while (bytes.hasRemaining()) {
            leaves.add(hash(bytes));
        }
        return Optional.of(new ForcedBytes(itemId, sizeBytes, leaves, mtimeNs, seen, recorded));
    }

    private static @Nullable Sha256 optionalHash(ByteBuffer bytes) {
        return bytes.get() == 0 ? null : hash(bytes);
    }

    private static Sha256 hash(ByteBuffer bytes) {
        byte[] hash = new byte[Sha256.BYTES];
        bytes.get(hash);
        return Sha256.of(hash);
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
