package io.tinysync.simulation.disk;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The disk contract of the directory for temporary files, as the operating system keeps it; ext4 where the machine has that. */
final class DirectoryDiskTest extends DiskContract {

    @TempDir
    private Path directory;

    @Override
    Path emptyFolder() {
        return directory;
    }
}
