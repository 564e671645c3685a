package io.tinysync.client.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that programs have open and that have no name any more. */
final class UnlinkedFilesTest {

    @TempDir
    Path directory;

    private DriveWorld world;

    @BeforeEach
    void world() throws IOException {
        world = new DriveWorld(directory);
    }

    @Test
    void a_time_that_was_set_before_the_unlinking_is_still_there_after_a_flush() {
        long handle = world.create("f");
        long ino = world.ino("f");
        world.write(handle, 0, "text");
        world.drive.setattr(ino, OptionalLong.empty(), AttributeChange.mtime(new AttributeChange.Mtime.At(-5)));
        world.drive.unlink(Drive.ROOT_INO, "f");
        world.drive.fsync(handle);

        assertThat(world.drive.getattr(ino).mtimeNs()).isEqualTo(-5);
        world.close(handle);
        world.drive.forget(ino, 1);
    }
}
