package io.tinysync.client.content;

import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes working files, and keeps those that an earlier process left: what matches no record is held until its item is written anew.
 * Each has in its name the item for which it was begun and the {@link BytesId} by which a record finds it, whatever item's that is
 * by then. Thread-safe.
 */
public final class WorkingFiles {

    /**
     * A working file of a process that ended before its writers had closed it, or a held one.
     *
     * @param itemId the item for which it was begun
     * @param bytes what a record calls it
     */
    public record LeftBehind(ItemId itemId, BytesId bytes, Path path, FileTime writtenAt) {}

    private static final int UUID_CHARS = 36;

    private final ContentFiles store;
    private final Path directory;
    private final Path heldDirectory;
    private final Map<BytesId, Path> held = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();

    WorkingFiles(ContentFiles store, Path directory, Path heldDirectory) throws IOException {
        this.store = store;
        this.directory = directory;
        this.heldDirectory = heldDirectory;
        try (var files = Files.newDirectoryStream(heldDirectory, file -> !isNumbered(file))) {
            files.forEach(file -> held.put(bytes(file), file));
        }
    }

    /** An empty one. */
    public WorkingFile empty(ItemId itemId, BytesId bytes) throws IOException {
        while (true) {
            Path path = next(itemId, bytes);
            try {
                FileChannel channel = FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
                return new WorkingFile(path, channel, store);
            } catch (FileAlreadyExistsException e) {
                // Left by an earlier process; the next number may be free.
            }
        }
    }

    /** One that begins with the bytes of a file; under its name it is complete from the start. */
    public WorkingFile copyOf(ItemId itemId, BytesId bytes, OpenContent content) throws IOException {
        FileChannel from = content.channel();
        store.space().take(from.size());
        while (true) {
            Path path = next(itemId, bytes);
            if (Files.notExists(path)) {
                return new WorkingFile(path, WholeFiles.copyTo(path, from, from.size()), store);
            }
        }
    }

    private Path next(ItemId itemId, BytesId bytes) {
        return directory.resolve(name(itemId, bytes) + "." + number.incrementAndGet());
    }

    /** A file to copy a content's beginning to; what is found of one at the next start is removed. */
    Path scratch(Sha256 sha256) {
        return directory.resolve(sha256 + "." + number.incrementAndGet() + WholeFiles.COPY_SUFFIX);
    }

    /** Makes the names of working files survive power loss. */
    public void force() throws IOException {
        WholeFiles.forceNames(directory);
    }

    /** The bytes that stand in for an item's content since an unclean stop, if these do. */
    public Optional<Path> held(@Nullable BytesId bytes) {
        return bytes == null ? Optional.empty() : Optional.ofNullable(held.get(bytes));
    }

    /** Their item was written anew: they were the base of that, or were replaced. */
    public void endHold(@Nullable BytesId bytes) {
        Path file = bytes == null ? null : held.remove(bytes);
        if (file != null) {
            try {
                // Durably: should the name come back, it would hide what was written since.
                Files.deleteIfExists(file);
                WholeFiles.forceNames(heldDirectory);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove the held bytes " + file, e);
            }
        }
    }

    /** What earlier processes left; to be asked once, before any file is opened. Unfinished copies are removed. */
    public List<LeftBehind> leftBehind() throws IOException {
        List<LeftBehind> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (file.toString().endsWith(WholeFiles.COPY_SUFFIX)) {
                    Files.delete(file);
                } else if (ForcedBytesFile.isOne(file)) {
                    ForcedBytesFile.deleteIfLeft(file);
                } else {
                    found.add(found(file));
                }
            }
        }
        return found;
    }

    /** What stands in for the contents of items. */
    public List<LeftBehind> allHeld() throws IOException {
        List<LeftBehind> found = new ArrayList<>();
        for (Path file : held.values()) {
            found.add(found(file));
        }
        return found;
    }

    private static LeftBehind found(Path file) throws IOException {
        return new LeftBehind(itemId(file), bytes(file), file, Files.getLastModifiedTime(file));
    }

    /**
     * Lets a working file stand in for an item's content, from now on also after power loss: torn bytes would hide a sound content.
     * One that was held before stays beside it under a number.
     *
     * @param bytes what the item's record calls them
     */
    public void hold(LeftBehind file, ItemId itemId, BytesId bytes) throws IOException {
        Syncs.force(file.path());
        Path target = heldDirectory.resolve(name(itemId, bytes));
        Path before = held.get(bytes);
        if (before != null && Files.exists(before)) {
            Files.move(before, numbered(before), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(file.path(), target, StandardCopyOption.ATOMIC_MOVE);
        ForcedBytesFile.of(file.path()).delete();
        WholeFiles.forceNames(heldDirectory);
        held.values().remove(file.path());
        held.put(bytes, target);
    }

    /** Keeps a working or held file whose item is not there any more. */
    public Path setAside(LeftBehind file) throws IOException {
        Path name = heldDirectory.resolve(name(file.itemId(), file.bytes()));
        Path target = Files.move(file.path(), numbered(name), StandardCopyOption.ATOMIC_MOVE);
        ForcedBytesFile.of(file.path()).delete();
        held.values().remove(file.path());
        return target;
    }

    /**
     * What a program brought to stable storage in a working file, unhashed, if that is exactly what is in it: nothing
     * was written since, and nothing is damaged.
     */
    public Optional<ForcedBytes> forced(LeftBehind file) throws IOException {
        Optional<ForcedBytes> forced = ForcedBytesFile.of(file.path()).read();
        if (forced.isEmpty()) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            long sizeBytes = channel.size();
            boolean same = sizeBytes == forced.get().sizeBytes()
                    && new ChangedLeaves()
                            .of(channel, sizeBytes)
                            .equals(forced.get().leaves());
            return same ? forced : Optional.empty();
        }
    }

    /** What a working file holds. */
    public static Content contentOf(LeftBehind file) throws IOException {
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            long sizeBytes = channel.size();
            return new Content(new RunningHash().of(channel, sizeBytes), sizeBytes);
        }
    }

    /** Makes a working file what the store has of the content, if that has lost it: the bytes are those of the record. */
    public void restore(LeftBehind file, Content content) throws IOException {
        if (content.size() > 0) {
            store.share(file.path(), content);
            store.recorded(content);
        }
    }

    /** Removes a working file whose bytes are recorded. */
    public void remove(LeftBehind file) throws IOException {
        Files.delete(file.path());
        ForcedBytesFile.of(file.path()).delete();
    }

    private static Path numbered(Path file) {
        long number = 1;
        while (Files.exists(file.resolveSibling(file.getFileName() + "." + number))) {
            number++;
        }
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    private static String name(ItemId itemId, BytesId bytes) {
        return itemId + "." + bytes;
    }

    /** The name that a working file has which is no item's any more: that of its bytes, in the place of an item's. */
    static Path nobodys(Path file) {
        BytesId bytes = bytes(file);
        if (bytes.equals(BytesId.NONE)) {
            return file;
        }
        String[] parts = parts(file);
        parts[0] = bytes.toString();
        return file.resolveSibling(String.join(".", parts));
    }

    private static String[] parts(Path file) {
        return file.getFileName().toString().split("\\.", -1);
    }

    private static boolean isNumbered(Path file) {
        return parts(file)[parts(file).length - 1].length() != UUID_CHARS;
    }

    private static ItemId itemId(Path file) {
        return ItemId.parse(parts(file)[0]);
    }

    private static BytesId bytes(Path file) {
        String[] parts = parts(file);
        return parts.length > 1 && parts[1].length() == UUID_CHARS ? BytesId.parse(parts[1]) : BytesId.NONE;
    }
}
