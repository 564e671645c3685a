package io.tinysync.client.content;

import io.tinysync.engine.device.ContentStore;
import io.tinysync.engine.device.Room;
import io.tinysync.engine.device.core.Eviction;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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

    /** How precisely the last use of a content is known, so that reading one costs no write. */
    private static final Duration TOUCH_INTERVAL = Duration.ofHours(1);

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
    private final AtomicLong changedBytes = new AtomicLong();
    private final Clock clock;
    private volatile Room room = Room.UNLIMITED;

    private ContentFiles(Path root, Clock clock) throws IOException {
        this.root = root;
        this.clock = clock;
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
        return open(root, Clock.systemUTC());
    }

    /** As above; the clock says when a content was last used. */
    public static ContentFiles open(Path root, Clock clock) throws IOException {
        Files.createDirectories(root);
        ContentFiles files = new ContentFiles(root, clock);
        CacheFolders.make(files.cache);
        return files;
    }

    /** The directory of the attached vault's files. */
    public Path directory() {
        return root;
    }

    /** From now on asks for room before it takes something in. */
    public void askForRoom(Room newRoom) {
        room = newRoom;
        space.askForRoom(newRoom);
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
            return content.size() == 0 ? Optional.of(CacheFolders.emptyFile(cache)) : Optional.empty();
        } catch (IOException e) {
            LOG.warn("{} cannot be read", file, e);
            return Optional.empty();
        }
    }

    /** Damaged bytes are never shown or sent; they are kept all the same, since they may be all there is of what a user wrote. */
    private void setAside(Path file) throws IOException {
        LOG.warn("{} does not hold the content it is named after", file);
        changedBytes.addAndGet(-Files.size(file));
        Files.move(file, damaged.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public boolean isAbsent(Content content) {
        return Files.notExists(file(content.sha256()));
    }

    /** {@inheritDoc} Looks at its file's length. */
    @Override
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
            touch(file.get(), content.sha256());
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

    /** Takes note that a content is used, once an hour at most: the time of its file's last write says so. */
    private void touch(Path file, Sha256 sha256) throws IOException {
        Instant now = clock.instant();
        if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(TOUCH_INTERVAL))) {
            Files.setLastModifiedTime(file, FileTime.from(now));
            trust.holds(file, sha256);
        }
    }

    @Override
    public Partial begin(Content content) throws IOException {
        PartialFile before = arriving.get(content.sha256());
        if (before != null) {
            before.close();
        }
        PartialFile begun =
                PartialFile.open(this, content, partial.resolve(content.sha256().toString()));
        uses.begin(content.sha256());
        long missing = Math.max(0, content.size() - begun.sizeBytes());
        changedBytes.addAndGet(missing);
        boolean done = false;
        try {
            room.require(missing);
            space.take(missing);
            done = true;
        } finally {
            if (!done) {
                begun.close();
            }
        }
        arriving.put(content.sha256(), begun);
        return begun;
    }

    /** An attempt has ended, whatever came of it; its room is free but for what stays. */
    void ended(PartialFile attempt, long freedBytes) {
        arriving.remove(attempt.content().sha256(), attempt);
        changedBytes.addAndGet(-freedBytes);
        uses.end(attempt.content().sha256());
    }

    /** Whether a content is here and known to be on stable storage. */
    public boolean isDurable(Sha256 sha256) throws IOException {
        Path file = file(sha256);
        return Files.exists(file) && trust.isDurable(file);
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
        if (sizes.size() < MANY || Syncs.isAnyDoubtful(sizes.keySet()) || !WholeDisk.sync(root, sizes.keySet())) {
            for (Path file : sizes.keySet()) {
                Syncs.force(file);
                WholeFiles.forceNames(file.resolveSibling(""));
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
    public Drop drop(Sha256 sha256, BooleanSupplier condition) throws IOException {
        Path file = file(sha256);
        Path part = partial.resolve(sha256.toString());
        if (Files.notExists(file) && Files.notExists(part)) {
            return Drop.ABSENT;
        }
        try {
            return uses.unlessUsed(sha256, () -> {
                        if (!condition.getAsBoolean()) {
                            return Drop.KEPT;
                        }
                        remove(file);
                        remove(part);
                        return Drop.DROPPED;
                    })
                    .orElse(Drop.IN_USE);
        } catch (UncheckedIOException e) {
            throw new IOException("cannot drop " + sha256, e);
        }
    }

    private void remove(Path file) {
        try {
            long size = Files.size(file);
            Files.delete(file);
            changedBytes.addAndGet(-size);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + LeafListFile.SUFFIX));
        } catch (NoSuchFileException e) {
            // There is none of this kind.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void scan(Consumer<Eviction.Cached> each) throws IOException {
        new CacheScan(arriving).scan(cache, partial, each);
    }

    @Override
    public long changedBytes() {
        return changedBytes.get();
    }

    @Override
    public long freeBytes() {
        try {
            return space.usableBytes();
        } catch (IOException e) {
            LOG.warn("the disk does not say what it has free", e);
            return Long.MAX_VALUE / 2;
        }
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
        boolean done = false;
        try {
            boolean shared = find(content).isEmpty() && link(workingFile, content);
            done = true;
            return shared;
        } finally {
            if (!done) {
                uses.end(content.sha256());
            }
        }
    }

    private boolean link(Path workingFile, Content content) throws IOException {
        Path file = file(content.sha256());
        synchronized (trust) {
            try {
                Files.createLink(file, workingFile);
            } catch (FileAlreadyExistsException e) {
                // Another file of the same bytes was sealed, or downloaded, in the same moment.
                if (find(content).isPresent()) {
                    return false;
                }
                throw e;
            }
            changedBytes.addAndGet(content.size());
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
            WholeFiles.copy(from, to, content.size());
        }
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
        trust.holds(file, content.sha256());
        return file;
    }

    private Path file(Sha256 sha256) {
        return CacheFolders.file(cache, sha256);
    }
}
