package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.pekko.util.ByteString;

/**
 * The files of a {@link FileBlobStore}, with blocking operations. Blob {@code abcd…} is the file {@code ab/abcd…}; beside a blob
 * of more than one leaf lies {@code abcd….leaves}, its leaves' hashes in order, which may be missing and is then made anew.
 * {@code tmp} and {@code partial} hold what is being received, {@code lock} is locked while the directory is open, and
 * {@code owner} says whose it is.
 */
final class BlobDirectory implements Shelf, AutoCloseable {

    private static final String OWNER = "owner";

    /** Files and folders of one group of short blobs that are forced at once; more brought nothing on ext4. */
    private static final int FORCED_AT_ONCE = 8;

    private final Path root;
    private final Spool spool;
    private final FileChannel lock;
    private final AtOnce atOnce;

    private BlobDirectory(Path root, Spool spool, FileChannel lock, AtOnce atOnce) {
        this.root = root;
        this.spool = spool;
        this.lock = lock;
        this.atOnce = atOnce;
    }

    /** @param blocking runs file operations, each on a thread of its own */
    static BlobDirectory open(Path root, Executor blocking) throws IOException {
        Files.createDirectories(root);
        FileChannel lock = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(lock)) {
            lock.close();
            throw new IOException("the blob directory " + root + " is in use by another process");
        }
        return new BlobDirectory(root, Spool.open(root), lock, new AtOnce(blocking, FORCED_AT_ONCE));
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Spool spool() {
        return spool;
    }

    @Override
    public void publish(Path file, Leaves leaves) throws IOException {
        saveLeaves(leaves);
        move(file, path(leaves.sha256()));
    }

    @Override
    public Set<Sha256> publishShort(Collection<ShortBlob> blobs) throws IOException {
        return new ShortBlobFiles(this, atOnce).put(blobs);
    }

    /** Whether the blob is there with these bytes; one that cannot be read, or has others, is to be written anew. */
    boolean has(ShortBlob blob) {
        Path file = path(blob.sha256());
        try {
            return Files.exists(file)
                    && Files.size(file) == blob.size()
                    && ByteBuffer.wrap(Files.readAllBytes(file)).equals(blob.bytes());
        } catch (IOException e) {
            return false;
        }
    }

    /** Moves a finished file to its place; both the file's name and its folder's are on the disk afterwards. */
    private void move(Path file, Path target) throws IOException {
        force(rename(file, target));
    }

    /** Moves a blob's finished file to its place; the folder, which is the answer, is to be forced afterwards. */
    Path place(Path file, Sha256 id) throws IOException {
        return rename(file, path(id));
    }

    private Path rename(Path file, Path target) throws IOException {
        Path folder = folderOf(target);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            force(root);
        }
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return folder;
    }

    /** Linux lets a directory be opened and forced like a file. */
    static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
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

    ByteString readShort(Sha256 id, long offset, int length) throws IOException {
        BlobReader reader = reader(id, offset, length);
        try {
            return reader.next().orElse(ByteString.emptyByteString());
        } finally {
            reader.close();
        }
    }

    Optional<Leaves> leaves(Sha256 id) throws IOException {
        OptionalLong size = size(id);
        if (size.isEmpty()) {
            return Optional.empty();
        }
        Optional<Leaves> known = size.getAsLong() <= Leaves.LEAF_BYTES
                ? Optional.of(LeavesFile.single(id, size.getAsLong()))
                : savedLeaves(id, size.getAsLong());
        return known.isPresent() ? known : Optional.of(computedLeaves(id));
    }

    private Optional<Leaves> savedLeaves(Sha256 id, long size) throws IOException {
        try {
            return LeavesFile.decode(id, size, Files.readAllBytes(leavesPath(id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Leaves computedLeaves(Sha256 id) throws IOException {
        Leaves leaves = Spool.digest(path(id)).finish();
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
        Path file = spool.fresh("leaves");
        try {
            Files.write(file, LeavesFile.encode(leaves));
            Spool.force(file);
            move(file, leavesPath(leaves.sha256()));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** In the order of their ids. */
    List<StoredBlob> list(int firstByte) throws IOException {
        List<StoredBlob> blobs = new ArrayList<>();
        Path folder = root.resolve(HexFormat.of().toHexDigits((byte) firstByte));
        if (!Files.exists(folder)) {
            return blobs;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.length() == 2 * Sha256.BYTES) {
                    Sha256 id = Sha256.parse(name);
                    size(id).ifPresent(size -> blobs.add(new StoredBlob(id, size)));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        blobs.sort(Comparator.comparing(blob -> blob.id().toString()));
        return blobs;
    }

    Optional<String> owner() throws IOException {
        try {
            return Optional.of(Files.readString(root.resolve(OWNER)).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void claim(String owner) throws IOException {
        Path file = spool.fresh(OWNER);
        try {
            Files.writeString(file, owner + "\n");
            Spool.force(file);
            move(file, root.resolve(OWNER));
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

    /** Where the blob's file lies, or would. */
    Path folder(Sha256 id) {
        return folderOf(path(id));
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
