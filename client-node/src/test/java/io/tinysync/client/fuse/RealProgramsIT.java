package io.tinysync.client.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.drive.DriveWorld;
import io.tinysync.client.drive.MemoryTree;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do with a folder, done by the programs they do it with. */
final class RealProgramsIT {

    @TempDir
    Path directory;

    private DriveWorld world;
    private FuseMount mount;

    @BeforeEach
    void mount() throws Exception {
        Owner owner = Owner.ofProcess();
        world = new DriveWorld(directory.resolve("state"), new MemoryTree(), owner.uid(), owner.gid());
        Path mountPoint = Files.createDirectory(directory.resolve("drive"));
        mount = FuseMount.mount(world.drive, mountPoint, owner, MountOptions.forUser());
    }

    @AfterEach
    void unmount() throws Exception {
        mount.unmount();
    }

    @Test
    void a_file_is_written_and_read_back() {
        assertThat(Shell.run(mount.mountPoint(), "echo hello > a; cat a; stat -c '%s %a %F' a; ls -la"))
                .startsWith("hello\n6 644 regular file");
    }
}
