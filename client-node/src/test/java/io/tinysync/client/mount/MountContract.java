package io.tinysync.client.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.drive.DriveWorld;
import io.tinysync.client.drive.MemoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounting and unmounting, as every binding has it. */
public abstract class MountContract {

    /** The binding that is tested. */
    protected abstract Binding binding();

    /** A class whose main mounts a drive, with {@link #mountUntilKilled}, and waits. */
    protected abstract Class<?> mountingProcess();

    @TempDir
    Path directory;

    private final Owner owner = Owner.ofProcess();
    private DriveWorld world;
    private Path mountPoint;

    @BeforeEach
    void world() throws IOException {
        world = new DriveWorld(directory.resolve("state"), new MemoryTree(), owner.uid(), owner.gid());
        mountPoint = Files.createDirectory(directory.resolve("a drive"));
    }

    private Mount mount() throws MountException {
        return binding().mount(world.drive, mountPoint, owner, MountOptions.forUser());
    }

    @Test
    void a_drive_answers_when_mount_returns_and_is_gone_when_unmount_returns() throws Exception {
        Mount mount = mount();
        assertThat(MountTable.typeAt(mountPoint)).contains("fuse.tinysync");
        assertThat(MountCommands.probe(mountPoint).done()).isTrue();

        assertThat(mount.unmount()).isTrue();
        assertThat(MountTable.typeAt(mountPoint)).isEmpty();
        mount().unmount();
    }

    @Test
    void a_drive_in_use_is_taken_out_of_the_tree_and_its_user_goes_on() throws Exception {
        Mount mount = mount();
        Shell.run(mountPoint, "echo x > f");
        Process user =
                new ProcessBuilder("sh", "-c", "exec 3< '" + mountPoint + "/f'; echo ready; read go; cat <&3").start();
        assertThat(user.inputReader().readLine()).isEqualTo("ready");

        assertThat(mount.unmount()).isFalse();
        assertThat(MountTable.typeAt(mountPoint)).isEmpty();
        user.getOutputStream().close();
        assertThat(user.inputReader().readLine()).isEqualTo("x");
        mount.whenEnded().get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_folder_that_is_not_empty_or_already_a_drive_is_refused() throws Exception {
        Mount mount = mount();
        assertThatThrownBy(this::mount).isInstanceOf(MountException.class).hasMessageContaining("already");
        mount.unmount();

        Files.createFile(mountPoint.resolve("f"));
        assertThatThrownBy(this::mount).isInstanceOf(MountException.class).hasMessageContaining("not empty");
    }

    @Test
    void the_remains_of_a_killed_drive_are_cleared_by_the_next_mount() throws Exception {
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        mountingProcess().getName(),
                        directory.resolve("other").toString(),
                        mountPoint.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(other.inputReader().lines().anyMatch("mounted"::equals)).isTrue();
        other.destroyForcibly().waitFor();
        assertThat(MountCommands.probe(mountPoint).output()).contains("Transport endpoint is not connected");

        mount().unmount();
    }

    /** What a process does that is to be killed. */
    protected static void mountUntilKilled(Binding binding, String[] arguments) throws Exception {
        Owner owner = Owner.ofProcess();
        DriveWorld world = new DriveWorld(Path.of(arguments[0]), new MemoryTree(), owner.uid(), owner.gid());
        Mount mount = binding.mount(world.drive, Path.of(arguments[1]), owner, MountOptions.forUser());
        System.out.println("mounted");
        mount.whenEnded().get();
    }
}
