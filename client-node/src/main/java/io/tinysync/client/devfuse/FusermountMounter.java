package io.tinysync.client.devfuse;

import io.tinysync.client.mount.MountCommands;
import io.tinysync.client.mount.MountException;
import io.tinysync.client.mount.MountOptions;
import io.tinysync.client.mount.Owner;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Mounts for those who are not root: fusermount, which may, opens the device and mounts, and sends the descriptor over a socket that
 * it inherits.
 */
final class FusermountMounter implements Mounter {

    private static final int MAX_MESSAGE_BYTES = 4096;

    @Override
    public int mount(Path mountPoint, Owner owner, MountOptions options) throws MountException {
        for (String program : MountCommands.FUSERMOUNTS) {
            Outcome outcome = run(program, mountPoint, options);
            if (outcome.descriptor >= 0) {
                return outcome.descriptor;
            }
            if (outcome.started) {
                throw new MountException(mountPoint + " cannot be mounted: " + outcome.said);
            }
        }
        throw new MountException(mountPoint + " cannot be mounted: who is not root needs fusermount3 (package fuse3)");
    }

    /** What a program made of it. */
    private record Outcome(boolean started, int descriptor, String said) {}

    private static Outcome run(String program, Path mountPoint, MountOptions options) {
        LibcSockets.Pair descriptors = LibcSockets.pair(LibcSockets.SOCK_STREAM);
        LibcSockets.Pair errors = LibcSockets.pair(LibcSockets.SOCK_STREAM);
        int pid;
        try {
            pid = LibcSpawn.spawn(
                    command(program, mountPoint, options), environment(descriptors.theirs()), errors.theirs());
        } finally {
            Libc.close(descriptors.theirs());
            Libc.close(errors.theirs());
        }
        try {
            if (pid < 0) {
                return new Outcome(false, -1, "");
            }
            int descriptor = LibcSockets.receiveDescriptor(descriptors.ours());
            String said = descriptor < 0 ? readAll(errors.ours()) : "";
            LibcSpawn.await(pid);
            return new Outcome(true, descriptor, said);
        } finally {
            Libc.close(descriptors.ours());
            Libc.close(errors.ours());
        }
    }

    private static List<String> command(String program, Path mountPoint, MountOptions options) {
        String text = "nosuid,nodev,fsname=tinysync,subtype=%s,default_permissions%s"
                .formatted(MountOptions.TYPE, options.allowOther() ? ",allow_other" : "");
        return List.of(program, "-o", text, "--", mountPoint.toString());
    }

    private static List<String> environment(int socket) {
        List<String> environment = new ArrayList<>();
        System.getenv().forEach((name, value) -> environment.add(name + "=" + value));
        environment.removeIf(entry -> entry.startsWith("LC_ALL=") || entry.startsWith("_FUSE_COMMFD="));
        environment.add("LC_ALL=C");
        environment.add("_FUSE_COMMFD=" + socket);
        return environment;
    }

    private static String readAll(int descriptor) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(MAX_MESSAGE_BYTES);
            int count = Libc.read(descriptor, buffer);
            while (count > 0 && text.size() < MAX_MESSAGE_BYTES) {
                text.writeBytes(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
                count = Libc.read(descriptor, buffer);
            }
        }
        return text.toString(StandardCharsets.UTF_8).strip();
    }

    @Override
    public MountCommands.Result unmount(Path mountPoint, boolean lazy) {
        return MountCommands.unmount(mountPoint, lazy);
    }
}
