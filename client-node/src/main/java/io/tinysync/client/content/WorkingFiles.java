package io.tinysync.client.content;

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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes working files, and keeps those that an earlier process left: what matches no record is held, one file per item, until the
 * item is written anew. Thread-safe.
 */
public final class WorkingFiles {

    /** A working file of a process that ended before its writers had closed it. */
    public record LeftBehind(ItemId itemId, Path path, FileTime writtenAt) {}

    private final ContentFiles store;
    private final Path directory;
    private final Path heldDirectory;
    private final Set<ItemId> held = ConcurrentHashMap.newKeySet();
    private final AtomicLong number = new AtomicLong();

    WorkingFiles(ContentFiles store, Path directory, Path heldDirectory) throws IOException {
        this.store = store;
        this.directory = directory;
        this.heldDirectory = heldDirectory;
        try (var files = Files.newDirectoryStream(heldDirectory, file -> !isNumbered(file))) {
            files.forEach(file -> held.add(itemId(file)));
        }
    }

    /** An empty one. */
    public WorkingFile empty(ItemId itemId) throws IOException {
        while (true) {
            Path path = directory.resolve(itemId + "." + number.incrementAndGet());
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
    public WorkingFile copyOf(ItemId itemId, OpenContent content) throws IOException {
        FileChannel from = content.channel();
        store.space().take(from.size());
        while (true) {
            Path path = directory.resolve(itemId + "." + number.incrementAndGet());
            if (Files.notExists(path)) {
                return new WorkingFile(path, WholeFiles.copyTo(path, from, from.size()), store);
            }
        }
    }

    /** A file to copy a content's beginning to; what is found of one at the next start is removed. */
    Path scratch(Sha256 sha256) {
        return directory.resolve(sha256 + "." + number.incrementAndGet() + WholeFiles.COPY_SUFFIX);
    }

    /** Makes the names of working files survive power loss. */
    public void force() throws IOException {
        WholeFiles.force(directory);
    }

    /** The bytes that stand in for an item's content since an unclean stop, if there are some. */
    public Optional<Path> held(ItemId itemId) {
        return held.contains(itemId) ? Optional.of(heldDirectory.resolve(itemId.toString())) : Optional.empty();
    }

    /** The item was written anew: its held bytes were the base of that, or were replaced. */
    public void endHold(ItemId itemId) {
        if (held.remove(itemId)) {
            try {
                // Durably: should the name come back, it would hide what was written since.
                Files.deleteIfExists(heldDirectory.resolve(itemId.toString()));
                WholeFiles.force(heldDirectory);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove the held bytes of " + itemId, e);
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
                    found.add(new LeftBehind(itemId(file), file, Files.getLastModifiedTime(file)));
                }
            }
        }
        return found;
    }

    /** What stands in for the contents of items. */
    public List<LeftBehind> allHeld() throws IOException {
        List<LeftBehind> found = new ArrayList<>();
        for (ItemId itemId : held) {
            Path file = heldDirectory.resolve(itemId.toString());
            found.add(new LeftBehind(itemId, file, Files.getLastModifiedTime(file)));
        }
        return found;
    }

    /**
     * Lets a working file stand in for its item's content, from now on also after power loss: torn bytes would hide a sound
     * content. One that was held before stays beside it under a number.
     */
    public void hold(LeftBehind file) throws IOException {
        WholeFiles.force(file.path());
        Path target = heldDirectory.resolve(file.itemId().toString());
        if (Files.exists(target)) {
            Files.move(target, numbered(target), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(file.path(), target, StandardCopyOption.ATOMIC_MOVE);
        ForcedBytesFile.of(file.path()).delete();
        WholeFiles.force(heldDirectory);
        held.add(file.itemId());
    }

    /** Keeps a working or held file whose item is not there any more. */
    public Path setAside(LeftBehind file) throws IOException {
        Path name = heldDirectory.resolve(file.itemId().toString());
        Path target = Files.move(file.path(), numbered(name), StandardCopyOption.ATOMIC_MOVE);
        ForcedBytesFile.of(file.path()).delete();
        if (file.path().equals(name)) {
            held.remove(file.itemId());
        }
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

    private static boolean isNumbered(Path file) {
        return file.getFileName().toString().indexOf('.') >= 0;
    }

    private static ItemId itemId(Path file) {
        String name = file.getFileName().toString();
        int dot = name.indexOf('.');
        return ItemId.parse(dot < 0 ? name : name.substring(0, dot));
    }
}
