package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The files of a {@link FileBlobStore}, with blocking operations. Blob {@code abcd…} is the file {@code ab/abcd…}; beside a blob
 * of more than one leaf lies {@code abcd….leaves}, its leaves' hashes in order, which may be missing and is then made anew.
 * {@code tmp} holds what is being written, {@code lock} is locked while the directory is open.
 */
final class BlobDirectory implements AutoCloseable {

    private static final int COPY_BYTES = 128 << 10;

    private final Path root;
    private final Path temp;
    private final FileChannel lock;

    private BlobDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.temp = root.resolve("tmp");
        this.lock = lock;
    }

    static BlobDirectory open(Path root) throws IOException {
        Files.createDirectories(root.resolve("tmp"));
        FileChannel lock = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(lock)) {
            lock.close();
            throw new IOException("the blob directory " + root + " is in use by another process");
        }
        BlobDirectory directory = new BlobDirectory(root, lock);
        directory.removeLeftovers();
        return directory;
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void removeLeftovers() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(temp)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    PutResult put(Sha256 id, long maxBytes, InputStream bytes) throws IOException {
        Path file = Files.createTempFile(temp, "put", null);
        try {
            BlobDigest digest = new BlobDigest();
            if (!copy(bytes, file, maxBytes, digest)) {
                return new PutResult.TooLarge(maxBytes);
            }
            Leaves leaves = digest.finish();
            if (!leaves.sha256().equals(id)) {
                return new PutResult.WrongHash(leaves.sha256());
            }
            saveLeaves(leaves);
            publish(file, path(id));
            return new PutResult.Stored(leaves.size());
        } catch (IOException e) {
            if (isDiskFull(e)) {
                return new PutResult.NoSpace();
            }
            throw e;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Writes the bytes to the file and forces them to the disk; false once there are more than the limit. */
    private static boolean copy(InputStream bytes, Path file, long maxBytes, BlobDigest digest) throws IOException {
        byte[] buffer = new byte[COPY_BYTES];
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int length = bytes.read(buffer); length >= 0; length = bytes.read(buffer)) {
                if (digest.size() + length > maxBytes) {
                    return false;
                }
                digest.update(ByteBuffer.wrap(buffer, 0, length));
                writeAll(out, ByteBuffer.wrap(buffer, 0, length));
            }
            out.force(true);
        }
        return true;
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** Moves a finished file to its place; both the file's name and its folder's are on the disk afterwards. */
    private void publish(Path file, Path target) throws IOException {
        Path folder = folderOf(target);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            force(root);
        }
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(folder);
    }

    /** Linux lets a directory be opened and forced like a file. */
    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The JDK gives a full disk no exception of its own, only strerror's text for ENOSPC and EDQUOT. */
    private static boolean isDiskFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }

    OptionalLong size(Sha256 id) throws IOException {
        try {
            return OptionalLong.of(Files.size(path(id)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    BlobReader reader(Sha256 id, long offset, long length) throws IOException {
        return new BlobReader(path(id), offset, length);
    }

    Optional<Leaves> leaves(Sha256 id) throws IOException {
        OptionalLong size = size(id);
        if (size.isEmpty()) {
            return Optional.empty();
        }
        Optional<Leaves> known = size.getAsLong() <= Leaves.LEAF_BYTES
                ? Optional.of(singleLeaf(id, size.getAsLong()))
                : savedLeaves(id, size.getAsLong());
        return known.isPresent() ? known : Optional.of(computedLeaves(id));
    }

    /** A blob of one leaf is that leaf, and the empty blob has none. */
    private static Leaves singleLeaf(Sha256 id, long size) {
        return new Leaves(id, size, Leaves.LEAF_BYTES, size == 0 ? List.of() : List.of(id));
    }

    private Optional<Leaves> savedLeaves(Sha256 id, long size) throws IOException {
        try {
            return LeavesFile.decode(id, size, Files.readAllBytes(leavesPath(id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Leaves computedLeaves(Sha256 id) throws IOException {
        BlobDigest digest = new BlobDigest();
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        try (FileChannel channel = FileChannel.open(path(id), StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        }
        Leaves leaves = digest.finish();
        if (!leaves.sha256().equals(id)) {
            throw new IOException("blob " + id + " is damaged: its bytes have the hash " + leaves.sha256());
        }
        saveLeaves(leaves);
        return leaves;
    }

    private void saveLeaves(Leaves leaves) throws IOException {
        if (leaves.size() <= Leaves.LEAF_BYTES) {
            return;
        }
        Path file = Files.createTempFile(temp, "leaves", null);
        try {
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
                writeAll(out, ByteBuffer.wrap(LeavesFile.encode(leaves)));
                out.force(true);
            }
            publish(file, leavesPath(leaves.sha256()));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    void delete(Sha256 id) throws IOException {
        Files.deleteIfExists(leavesPath(id));
        if (Files.deleteIfExists(path(id))) {
            force(folderOf(path(id)));
        }
    }

    private Path path(Sha256 id) {
        String name = id.toString();
        return root.resolve(name.substring(0, 2)).resolve(name);
    }

    private Path leavesPath(Sha256 id) {
        return path(id).resolveSibling(id + ".leaves");
    }

    private static Path folderOf(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException("a blob's file always lies in a folder");
        }
        return parent;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
