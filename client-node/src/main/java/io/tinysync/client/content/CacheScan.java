package io.tinysync.client.content;

import io.tinysync.engine.device.core.Eviction;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Walks the files of the cache, for what they take of the disk and when they were last used. */
final class CacheScan {

    private final Map<Sha256, PartialFile> arriving;

    /** A scan that counts what is being fetched with all that it will be. */
    CacheScan(Map<Sha256, PartialFile> arriving) {
        this.arriving = arriving;
    }

    void scan(Path cache, Path partial, Consumer<Eviction.Cached> each) throws IOException {
        try (var folders = Files.newDirectoryStream(cache)) {
            for (Path folder : folders) {
                scan(folder, each);
            }
        }
        scan(partial, each);
    }

    private void scan(Path folder, Consumer<Eviction.Cached> each) throws IOException {
        try (var files = Files.newDirectoryStream(folder, file -> isHash(file.getFileName()))) {
            for (Path file : files) {
                look(file).ifPresent(each);
            }
        }
    }

    private static boolean isHash(Path name) {
        return name.toString().length() == 2 * Sha256.BYTES;
    }

    private Optional<Eviction.Cached> look(Path file) throws IOException {
        try {
            Sha256 sha256 = Sha256.parse(file.getFileName().toString());
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            PartialFile coming = arriving.get(sha256);
            long size = coming == null
                    ? attributes.size()
                    : Math.max(attributes.size(), coming.content().size());
            return Optional.of(new Eviction.Cached(
                    sha256, size, attributes.lastModifiedTime().toMillis()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
