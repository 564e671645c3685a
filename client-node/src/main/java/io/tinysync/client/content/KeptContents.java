package io.tinysync.client.content;

import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The files of {@link ContentFiles} for those who only look at them, beside a daemon or without one: nothing is checked, repaired
 * or removed. Here is also where contents are set aside that no record names any more, in {@code recovered/}, from where nothing
 * evicts them.
 */
public final class KeptContents {

    /** What stands in no record as it is: bytes that were being written, or are held since an unclean stop. */
    public record Unrecorded(Optional<ItemId> itemId, Optional<BytesId> bytes, Path path, boolean held) {}

    private static final int HASH_CHARS = 64;

    private final Path root;

    public KeptContents(Path root) {
        this.root = root;
    }

    /** The file of a content that is here in whole, by its name and size. */
    public Optional<Path> find(Content content) throws IOException {
        String name = content.sha256().toString();
        Path file = root.resolve("cache").resolve(name.substring(0, 2)).resolve(name);
        boolean isWhole = Files.isRegularFile(file) && Files.size(file) >= content.size();
        return isWhole ? Optional.of(file) : Optional.empty();
    }

    /** The contents that are here. */
    public Set<Sha256> cached() throws IOException {
        Set<Sha256> found = new HashSet<>();
        for (Path folder : list(root.resolve("cache"))) {
            for (Path file : list(folder)) {
                String name = file.getFileName().toString();
                if (name.length() == HASH_CHARS) {
                    found.add(Sha256.parse(name));
                }
            }
        }
        return found;
    }

    /** Where a content that is {@link #cached} lies. */
    public Path file(Sha256 sha256) {
        return root.resolve("cache").resolve(sha256.toString().substring(0, 2)).resolve(sha256.toString());
    }

    /** What no record describes as it is. */
    public List<Unrecorded> unrecorded() throws IOException {
        List<Unrecorded> found = new ArrayList<>();
        for (Path file : list(root.resolve("held"))) {
            found.add(unrecorded(file, true));
        }
        for (Path file : list(root.resolve("work"))) {
            if (!file.toString().endsWith(WholeFiles.COPY_SUFFIX) && !ForcedBytesFile.isOne(file)) {
                found.add(unrecorded(file, false));
            }
        }
        return found;
    }

    private static Unrecorded unrecorded(Path file, boolean held) {
        String[] parts = file.getFileName().toString().split("\\.", -1);
        Optional<BytesId> bytes = parts.length < 2 ? Optional.empty() : parsed(parts[1], BytesId::parse);
        return new Unrecorded(parsed(parts[0], ItemId::parse), bytes, file, held);
    }

    private static <T> Optional<T> parsed(String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Sets contents aside; they stay in the cache too, as the same files. */
    public void setAside(Set<Sha256> contents) throws IOException {
        for (Sha256 sha256 : contents) {
            try {
                Files.createLink(Files.createDirectories(recovered()).resolve(sha256.toString()), file(sha256));
            } catch (FileAlreadyExistsException e) {
                // Set aside before.
            }
        }
    }

    /** The contents that are set aside. */
    public Set<Sha256> asideNow() throws IOException {
        Set<Sha256> found = new HashSet<>();
        for (Path file : list(recovered())) {
            found.add(Sha256.parse(file.getFileName().toString()));
        }
        return found;
    }

    /** Lets contents that were set aside go: a record names them. */
    public void release(Set<Sha256> contents) throws IOException {
        for (Sha256 sha256 : contents) {
            Files.deleteIfExists(recovered().resolve(sha256.toString()));
        }
    }

    /** Where contents are set aside. */
    public Path recovered() {
        return root.resolve("recovered");
    }

    private static List<Path> list(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (var files = Files.newDirectoryStream(directory)) {
                files.forEach(found::add);
            }
        }
        return found;
    }
}
