package io.tinysync.client.content;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which content files can be believed without reading them: those that this process has written or read and hashed, and that were
 * not touched since. Any other is hashed at its first use, whatever the disk and earlier processes did. A file whose bytes are on
 * stable storage is marked by its permissions, r--------. Thread-safe.
 */
final class Trust {

    private static final Set<PosixFilePermission> DURABLE = PosixFilePermissions.fromString("r--------");
    static final Set<PosixFilePermission> UNKNOWN = PosixFilePermissions.fromString("rw-------");

    /** Some 6 MB; a content that falls out is hashed again, no more. */
    private static final int MAX_KNOWN = 32_768;

    /** The time of the last write at which a file was known to hold its content. */
    private final Map<Sha256, FileTime> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Sha256, FileTime> eldest) {
            return size() > MAX_KNOWN;
        }
    });

    /** Takes note that the file holds the content, as it is now. */
    void holds(Path file, Sha256 sha256) throws IOException {
        known.put(sha256, Files.getLastModifiedTime(file));
    }

    /** Marks a file whose bytes are on stable storage. */
    void durable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, DURABLE);
    }

    /** Takes the mark away again. */
    void forget(Path file) throws IOException {
        Files.setPosixFilePermissions(file, UNKNOWN);
    }

    boolean isDurable(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).equals(DURABLE);
    }

    /** Whether the file holds this content; its size has been compared already. */
    boolean check(Path file, Content content, FileTime writtenAt) throws IOException {
        if (writtenAt.equals(known.get(content.sha256()))) {
            return true;
        }
        boolean matches = matches(file, content);
        if (matches) {
            known.put(content.sha256(), writtenAt);
        }
        return matches;
    }

    /** Reads the content's bytes and compares their hash. */
    static boolean matches(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() >= content.size()
                    && new RunningHash().of(channel, content.size()).equals(content.sha256());
        }
    }
}
