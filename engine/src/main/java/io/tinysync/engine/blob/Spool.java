package io.tinysync.engine.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * A directory for what is being received: {@code tmp} for what goes with its process, {@code partial} for uploads in parts, which
 * stay. Blocking.
 */
final class Spool {

    private static final int COPY_BYTES = 128 << 10;

    private final Path temp;
    private final Path partial;

    private Spool(Path temp, Path partial) {
        this.temp = temp;
        this.partial = partial;
    }

    /** Opens the directory, which is made if it is missing, and removes what went with an earlier process. */
    static Spool open(Path root) throws IOException {
        Spool spool = new Spool(root.resolve("tmp"), root.resolve("partial"));
        Files.createDirectories(spool.temp);
        Files.createDirectories(spool.partial);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(spool.temp)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        return spool;
    }

    /** A new file that the next opening removes. */
    Path fresh(String kind) throws IOException {
        return Files.createTempFile(temp, kind, null);
    }

    /** Where an upload in parts is kept; the file may be missing. */
    Path partial(UploadId upload) {
        return partial.resolve(upload.toString());
    }

    long usableBytes() throws IOException {
        return Files.getFileStore(temp).getUsableSpace();
    }

    static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** Removes the uploads in parts to which nothing was added since then. */
    void expire(Instant unusedSince) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(partial)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(unusedSince)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * Adds what the stream has to the end of the file, until the stream's end or until the file would have more than the limit.
     * Whatever ends it, the digest has taken exactly what the file has got.
     *
     * @return false if there were more bytes than the limit
     */
    static boolean append(InputStream bytes, Path file, long maxBytes, BlobDigest digest) throws IOException {
        byte[] buffer = new byte[COPY_BYTES];
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            for (int length = bytes.read(buffer); length >= 0; length = bytes.read(buffer)) {
                if (digest.size() + length > maxBytes) {
                    return false;
                }
                write(out, ByteBuffer.wrap(buffer, 0, length), digest);
            }
        }
        return true;
    }

    private static void write(FileChannel out, ByteBuffer bytes, BlobDigest digest) throws IOException {
        while (bytes.hasRemaining()) {
            int from = bytes.position();
            out.write(bytes);
            digest.update(bytes.slice(from, bytes.position() - from));
        }
    }

    /** The digest of what the file has; of nothing, if it is missing. */
    static BlobDigest digest(Path file) throws IOException {
        BlobDigest digest = new BlobDigest();
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        } catch (NoSuchFileException e) {
            return digest;
        }
        return digest;
    }

    static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** The JDK gives a full disk no exception of its own, only strerror's text for ENOSPC and EDQUOT. */
    static boolean isDiskFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }
}
