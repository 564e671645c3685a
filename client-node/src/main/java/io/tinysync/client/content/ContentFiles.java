package io.tinysync.client.content;

import io.tinysync.engine.device.ContentStore;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * The contents of one attached vault as files of one directory: {@code cache/ab/<sha256>} complete ones, {@code partial/}
 * downloads, {@code work/} working files, {@code held/} what was found after an unclean stop and matches no record. All on one file
 * system, so that a content changes place by link and rename, atomically. Thread-safe.
 */
public final class ContentFiles implements ContentStore {

    /** Ends the name of a copy that did not become a working file yet, and holds nothing of its own. */
    static final String COPY_SUFFIX = ".copy";

    private final Path root;
    private final Path cache;
    private final Path partial;
    private final WorkingFiles working;
    private final DiskSpace space;
    private final Trust trust;

    private ContentFiles(Path root) throws IOException {
        this.root = root;
        this.cache = Files.createDirectories(root.resolve("cache"));
        this.partial = Files.createDirectories(root.resolve("partial"));
        this.working = new WorkingFiles(
                this, Files.createDirectories(root.resolve("work")), Files.createDirectories(root.resolve("held")));
        this.space = new DiskSpace(root);
        this.trust = new Trust(root.resolve("boot_id"));
    }

    /**
     * Opens the directory, which is made if it is not there. Downloads that an earlier process left are removed: nothing of them
     * was checked. Working files stay for {@link WorkingFiles#leftBehind}.
     */
    public static ContentFiles open(Path root) throws IOException {
        Files.createDirectories(root);
        ContentFiles files = new ContentFiles(root);
        files.makeFolders();
        try (var left = Files.newDirectoryStream(files.partial)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        return files;
    }

    /** All 256 at once, so that later no new folder's name has to be made durable. */
    private void makeFolders() throws IOException {
        boolean made = false;
        for (int first = 0; first < 256; first++) {
            Path folder = cache.resolve(HexFormat.of().toHexDigits((byte) first));
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder);
                made = true;
            }
        }
        if (made) {
            force(cache);
        }
    }

    /** The directory of the attached vault's files. */
    public Path directory() {
        return root;
    }

    public WorkingFiles working() {
        return working;
    }

    public DiskSpace space() {
        return space;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A file that does not hold what its name says is removed, so that the content is fetched anew.
     */
    @Override
    public Optional<Path> find(Content content) {
        Path file = file(content.sha256());
        try {
            long size = Files.readAttributes(file, BasicFileAttributes.class).size();
            if (size == content.size() && trust.holds(file, content)) {
                return Optional.of(file);
            }
            if (size > content.size() && Trust.matches(file, content)) {
                // A working file shares its beginning with it and has grown since: whoever asks gets one that does not.
                return Optional.of(copyOfBeginning(file, content));
            }
            Files.deleteIfExists(file);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return content.size() == 0 ? Optional.of(emptyFile()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public Download begin(Content content) throws IOException {
        space.take(content.size());
        return new PartialFile(
                this,
                content,
                Files.createFile(partial.resolve(UUID.randomUUID().toString())));
    }

    @Override
    public void makeDurable(Collection<Sha256> hashes) throws IOException {
        for (Sha256 sha256 : hashes) {
            Path file = file(sha256);
            if (Files.exists(file) && !trust.isDurable(file)) {
                force(file);
                force(folder(sha256));
                trust.durable(file);
            }
        }
    }

    @Override
    public void drop(Sha256 sha256) throws IOException {
        Files.deleteIfExists(file(sha256));
    }

    /** Makes a checked download visible. */
    void admit(Path checked, Content content) throws IOException {
        Path file = file(content.sha256());
        Files.move(checked, file, StandardCopyOption.ATOMIC_MOVE);
        trust.written(content.sha256());
    }

    /**
     * Gives a working file a second name, as the content that it holds.
     *
     * @return false if the store has that content already; then nothing is shared
     */
    boolean share(Path workingFile, Content content) throws IOException {
        if (find(content).isPresent()) {
            return false;
        }
        Path file = file(content.sha256());
        Files.createLink(file, workingFile);
        if (trust.isDurable(file)) {
            // An earlier, shorter content of the same file was made durable; what was added since is not.
            trust.forget(file);
        }
        trust.written(content.sha256());
        return true;
    }

    private Path copyOfBeginning(Path file, Content content) throws IOException {
        Path copy = partial.resolve(UUID.randomUUID().toString());
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copy(from, to, content.size());
        }
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
        return file;
    }

    /** The empty content needs no bytes and is therefore always here. */
    private Path emptyFile() {
        try {
            Path file = file(Content.EMPTY.sha256());
            return Files.exists(file) ? file : Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            return file(Content.EMPTY.sha256());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the empty file", e);
        }
    }

    private Path file(Sha256 sha256) {
        return folder(sha256).resolve(sha256.toString());
    }

    private Path folder(Sha256 sha256) {
        return cache.resolve(sha256.toString().substring(0, 2));
    }

    /** Makes a file's bytes, or a folder's names, survive power loss. */
    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Copies the first bytes; the kernel shares blocks instead where the file system can. */
    static void copy(FileChannel from, FileChannel to, long sizeBytes) throws IOException {
        long done = 0;
        while (done < sizeBytes) {
            long count = from.transferTo(done, sizeBytes - done, to);
            if (count <= 0) {
                throw new IOException("the file ends at " + done + " bytes, expected " + sizeBytes);
            }
            done += count;
        }
    }

    /** Makes a file of the first bytes of another, and leaves it open; what had the name before is replaced by the whole. */
    static FileChannel copyTo(Path path, FileChannel from, long sizeBytes) throws IOException {
        Path copy = path.resolveSibling(path.getFileName() + COPY_SUFFIX);
        FileChannel to = FileChannel.open(
                copy,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            copy(from, to, sizeBytes);
            Files.move(copy, path, StandardCopyOption.ATOMIC_MOVE);
            return to;
        } catch (IOException e) {
            to.close();
            Files.deleteIfExists(copy);
            throw e;
        }
    }

    /** Reads at an offset until the buffer is full or the file ends; -1 where there is nothing. */
    static int readFully(FileChannel channel, ByteBuffer into, long offset) throws IOException {
        int total = 0;
        while (into.hasRemaining()) {
            int count = channel.read(into, offset + total);
            if (count < 0) {
                return total == 0 ? -1 : total;
            }
            total += count;
        }
        return total;
    }
}
