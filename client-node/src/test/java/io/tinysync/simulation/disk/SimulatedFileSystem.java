package io.tinysync.simulation.disk;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The simulated disk as the JDK sees it. */
final class SimulatedFileSystem extends FileSystem {

    final SimulatedDisk disk;
    private final SimulatedPath root = SimulatedPath.root(this);

    SimulatedFileSystem(SimulatedDisk disk) {
        this.disk = disk;
    }

    SimulatedPath root() {
        return root;
    }

    static @Nullable DiskNode find(SimulatedDisk disk, SimulatedPath path) {
        SimulatedPath parent = path.folder();
        if (parent == null) {
            return disk.root;
        }
        return find(disk, parent) instanceof DiskFolder folder ? folder.names.get(path.name()) : null;
    }

    @Nullable
    DiskNode find(SimulatedPath path) {
        disk.power().requireOn();
        return find(disk, path);
    }

    DiskNode get(SimulatedPath path) throws NoSuchFileException {
        DiskNode node = find(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    /** The folder that a path's last name is in. */
    DiskFolder folderOf(SimulatedPath path) throws NoSuchFileException {
        SimulatedPath parent = path.folder();
        if (parent != null && find(parent) instanceof DiskFolder folder) {
            return folder;
        }
        throw new NoSuchFileException(path.toString());
    }

    @Override
    public FileSystemProvider provider() {
        return SimulatedProvider.ONLY;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(root);
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of(new SimulatedFileStore(disk));
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic", "posix");
    }

    @Override
    public Path getPath(String first, String... more) {
        Path path = root.resolve(first);
        for (String next : more) {
            path = path.resolve(next);
        }
        return path;
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        throw new UnsupportedOperationException("getPathMatcher");
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("getUserPrincipalLookupService");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("newWatchService");
    }
}
