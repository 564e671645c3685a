package io.tinysync.client.content;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which content files can be believed without reading them. A file whose bytes are known to be on stable storage is marked by its
 * permissions, r--------; any other is believed as long as the machine has not been started since it was written (what a process
 * wrote survives its end), and hashed at its first use after that. Thread-safe.
 */
final class Trust {

    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    private static final Set<PosixFilePermission> DURABLE = PosixFilePermissions.fromString("r--------");
    private static final Set<PosixFilePermission> UNKNOWN = PosixFilePermissions.fromString("rw-------");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final boolean sameBoot;
    /** What was written or checked since this start; only used when the machine was started anew. */
    private final Set<Sha256> checked = ConcurrentHashMap.newKeySet();

    /** Compares the machine's start with the one noted in the file, and notes the present one. */
    Trust(Path noteFile) throws IOException {
        String now = Files.exists(BOOT_ID) ? Files.readString(BOOT_ID) : "";
        this.sameBoot = !now.isEmpty()
                && Files.exists(noteFile)
                && Files.readString(noteFile).equals(now);
        if (!sameBoot) {
            Files.writeString(noteFile, now);
        }
    }

    /** Takes note that this process wrote the content, or checked it. */
    void written(Sha256 sha256) {
        if (!sameBoot) {
            checked.add(sha256);
        }
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
    boolean holds(Path file, Content content) throws IOException {
        if (sameBoot || checked.contains(content.sha256()) || isDurable(file)) {
            return true;
        }
        if (!matches(file, content)) {
            LOG.warn("{} does not hold the content it is named after", file);
            return false;
        }
        checked.add(content.sha256());
        return true;
    }

    /** Reads the content's bytes and compares their hash. */
    static boolean matches(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() >= content.size()
                    && new RunningHash().of(channel, content.size()).equals(content.sha256());
        }
    }
}
