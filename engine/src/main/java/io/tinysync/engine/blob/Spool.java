package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        deleteFiles(spool.temp);
        deleteFiles(spool.partial);
        return spool;
    }

    /** Folders stay; uploads in parts lie in some, one for each owner, and did not always. */
    private static void deleteFiles(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** A new file that the next opening removes. */
    Path fresh(String kind) throws IOException {
        return Files.createTempFile(temp, kind, null);
    }

    /** Where an upload in parts is kept; the file and its folder may be missing. */
    Path partial(UploadId upload) {
        return folder(upload).resolve(upload.value().toString());
    }

    Path folder(UploadId upload) {
        return partial.resolve(upload.owner());
    }

    /** An upload in parts that has so many bytes since then. */
    record Partial(UploadId upload, long bytes, Instant changed) {}

    /** The owner's uploads in parts, in any order. */
    List<Partial> partials(String owner) throws IOException {
        List<Partial> partials = new ArrayList<>();
        Path folder = partial.resolve(owner);
        if (Files.exists(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    partial(owner, file).ifPresent(partials::add);
                }
            }
        }
        return partials;
    }

    /** Empty if it has come to its end meanwhile. */
    private static Optional<Partial> partial(String owner, Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            UploadId upload = new UploadId(owner, Sha256.parse(String.valueOf(file.getFileName())));
            return Optional.of(new Partial(
                    upload, attributes.size(), attributes.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
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
        try (DirectoryStream<Path> owners = Files.newDirectoryStream(partial)) {
            for (Path owner : owners) {
                for (Partial left : partials(String.valueOf(owner.getFileName()))) {
                    if (left.changed().isBefore(unusedSince)) {
                        Files.deleteIfExists(partial(left.upload()));
                    }
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

    /** Makes these the file's bytes. */
    static void write(ByteBuffer bytes, Path file) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
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
