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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of one attached vault as files of one directory: {@code cache/ab/<sha256>} complete ones, {@code partial/}
 * what came so far of downloads, {@code work/} working files, {@code held/} what was found after an unclean stop and matches no record, {@code damaged/} files that no longer held
 * what they were named after. All on one file
 * system, so that a content changes place by link and rename, atomically. Thread-safe.
 */
public final class ContentFiles implements ContentStore {

    private static final Logger LOG = LoggerFactory.getLogger(ContentFiles.class);

    /** Ends the name of a copy that did not become a working file yet, and holds nothing of its own. */
    static final String COPY_SUFFIX = ".copy";

    /** From so many files on one sync of the whole disk is cheaper than two for each of them. */
    private static final int MANY = 8;

    private final Path root;
    private final Path cache;
    private final Path partial;
    private final WorkingFiles working;
    private final Path damaged;
    private final DiskSpace space;
    private final Trust trust = new Trust();
    private final Uses uses = new Uses();
    private final Map<Sha256, PartialFile> arriving = new ConcurrentHashMap<>();

    private ContentFiles(Path root) throws IOException {
        this.root = root;
        this.cache = Files.createDirectories(root.resolve("cache"));
        this.partial = Files.createDirectories(root.resolve("partial"));
        this.working = new WorkingFiles(
                this, Files.createDirectories(root.resolve("work")), Files.createDirectories(root.resolve("held")));
        this.damaged = Files.createDirectories(root.resolve("damaged"));
        this.space = new DiskSpace(root);
    }

    /**
     * Opens the directory, which is made if it is not there. What an earlier process left of downloads stays for the next attempt,
     * and working files for {@link WorkingFiles#leftBehind}.
     */
    public static ContentFiles open(Path root) throws IOException {
        Files.createDirectories(root);
        ContentFiles files = new ContentFiles(root);
        files.makeFolders();
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
     * <p>At its first use since this process began, or since the file was touched, its bytes are read and hashed. A file that does
     * not hold what its name says is set aside, so that the content is fetched anew.
     */
    @Override
    public Optional<Path> find(Content content) {
        Path file = file(content.sha256());
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.size() > content.size() && Trust.matches(file, content)) {
                // A working file shares its beginning with it and has grown since: whoever asks gets one that does not.
                return Optional.of(copyOfBeginning(file, content));
            }
            if (attributes.size() == content.size() && trust.check(file, content, attributes.lastModifiedTime())) {
                return Optional.of(file);
            }
            setAside(file);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return content.size() == 0 ? Optional.of(emptyFile()) : Optional.empty();
        } catch (IOException e) {
            LOG.warn("{} cannot be read", file, e);
            return Optional.empty();
        }
    }

    /** Damaged bytes are never shown or sent; they are kept all the same, since they may be all there is of what a user wrote. */
    private void setAside(Path file) throws IOException {
        LOG.warn("{} does not hold the content it is named after", file);
        Files.move(file, damaged.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whether the content is here, as far as a look at its file's length tells. */
    public boolean has(Content content) {
        try {
            return content.size() == 0 || Files.size(file(content.sha256())) >= content.size();
        } catch (IOException e) {
            return false;
        }
    }

    /** Opens a content that is here whole; it stays until that is closed. */
    public Optional<OpenContent> open(Content content) throws IOException {
        uses.begin(content.sha256());
        boolean opened = false;
        try {
            Optional<Path> file = find(content);
            if (file.isEmpty()) {
                return Optional.empty();
            }
            OpenContent open = new OpenContent(
                    FileChannel.open(file.get(), StandardOpenOption.READ), () -> uses.end(content.sha256()));
            opened = true;
            return Optional.of(open);
        } finally {
            if (!opened) {
                uses.end(content.sha256());
            }
        }
    }

    /** A content that is being fetched now. */
    public Optional<PartialFile> arriving(Content content) {
        return Optional.ofNullable(arriving.get(content.sha256()));
    }

    @Override
    public Partial begin(Content content) throws IOException {
        PartialFile before = arriving.get(content.sha256());
        if (before != null) {
            before.close();
        }
        PartialFile partial = PartialFile.open(
                this, content, this.partial.resolve(content.sha256().toString()));
        boolean done = false;
        try {
            space.take(Math.max(0, content.size() - partial.sizeBytes()));
            done = true;
        } finally {
            if (!done) {
                partial.close();
            }
        }
        arriving.put(content.sha256(), partial);
        return partial;
    }

    /** An attempt has ended, whatever came of it. */
    void ended(PartialFile attempt) {
        arriving.remove(attempt.content().sha256(), attempt);
    }

    @Override
    public void makeDurable(Collection<Sha256> hashes) throws IOException {
        Map<Path, Long> sizes = new LinkedHashMap<>();
        for (Sha256 sha256 : hashes) {
            Path file = file(sha256);
            if (Files.exists(file) && !trust.isDurable(file)) {
                sizes.put(file, Files.size(file));
            }
        }
        if (sizes.size() < MANY || !WholeDisk.sync(root)) {
            for (Path file : sizes.keySet()) {
                force(file);
                force(file.resolveSibling(""));
            }
        }
        for (Map.Entry<Path, Long> synced : sizes.entrySet()) {
            markDurable(synced.getKey(), synced.getValue());
        }
    }

    /** Marks a file, unless a working file that shares its beginning has grown since: what was added may not be on the disk. */
    private void markDurable(Path file, long sizeBytes) throws IOException {
        synchronized (trust) {
            if (Files.exists(file) && Files.size(file) == sizeBytes) {
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
        trust.holds(file, content.sha256());
        Files.deleteIfExists(damaged.resolve(file.getFileName()));
    }

    /**
     * Gives a working file a second name, as the content that it holds, which stays until it is {@link #recorded}.
     *
     * @return false if the store has that content already; then nothing is shared
     */
    boolean share(Path workingFile, Content content) throws IOException {
        uses.begin(content.sha256());
        if (find(content).isPresent()) {
            return false;
        }
        Path file = file(content.sha256());
        synchronized (trust) {
            Files.createLink(file, workingFile);
            if (trust.isDurable(file)) {
                // An earlier, shorter content of the same file was made durable; what was added since is not.
                trust.forget(file);
            }
        }
        trust.holds(file, content.sha256());
        return true;
    }

    /** A record names the content that a working file was sealed as: from now on that keeps it. */
    public void recorded(Content content) {
        if (content.size() > 0) {
            uses.end(content.sha256());
        }
    }

    /** Keeps a content from being dropped until {@link #unneeded}, whether or not it is here yet. */
    public void needed(Content content) {
        uses.begin(content.sha256());
    }

    public void unneeded(Content content) {
        uses.end(content.sha256());
    }

    private Path copyOfBeginning(Path file, Content content) throws IOException {
        Path copy = working.scratch(content.sha256());
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copy(from, to, content.size());
        }
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
        trust.holds(file, content.sha256());
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
