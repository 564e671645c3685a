package io.tinysync.client.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder that a drive is mounted on: what must be so before, and what a killed process may have left there. */
public final class MountPoint {

    private MountPoint() {}

    /** Clears the remains of a killed drive, and makes sure that nothing would be hidden; returns the absolute path. */
    public static Path prepare(Path mountPoint) throws MountException {
        Path path = mountPoint.toAbsolutePath().normalize();
        clearDead(path);
        requireEmptyFolder(path);
        return path;
    }

    /**
     * Unmounts what a killed process left at a path: any access to it says that the transport endpoint is not connected.
     *
     * @return whether there was something
     */
    public static boolean clearDead(Path mountPoint) throws MountException {
        Path path = mountPoint.toAbsolutePath().normalize();
        if (typeAt(path).filter(type -> type.startsWith("fuse")).isEmpty()) {
            return false;
        }
        MountCommands.Result probe = MountCommands.probe(path);
        if (probe.done()) {
            throw new MountException("a drive is mounted at " + path + " already");
        }
        if (!probe.output().contains("Transport endpoint is not connected")) {
            throw new MountException(path + " cannot be looked at: " + probe.output());
        }
        MountCommands.Result result = MountCommands.unmount(path, true);
        if (!result.done()) {
            throw new MountException("the dead mount at " + path + " cannot be cleared: " + result.output());
        }
        return true;
    }

    private static void requireEmptyFolder(Path path) throws MountException {
        if (!Files.isDirectory(path)) {
            throw new MountException(path + " is not a folder");
        }
        try (var children = Files.newDirectoryStream(path)) {
            if (children.iterator().hasNext()) {
                throw new MountException(path + " is not empty: what is in it would be hidden");
            }
        } catch (IOException e) {
            throw new MountException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The type of the file system mounted at exactly this path, read from the kernel's list. */
    public static Optional<String> typeAt(Path path) throws MountException {
        try {
            return MountTable.typeAt(path);
        } catch (IOException e) {
            throw new MountException("the list of mounts cannot be read: " + e.getMessage(), e);
        }
    }
}
