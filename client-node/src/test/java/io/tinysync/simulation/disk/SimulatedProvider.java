package io.tinysync.simulation.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operations of the simulated disk, each atomic as its like on ext4 is. */
final class SimulatedProvider extends FileSystemProvider {

    static final String SCHEME = "simulated";
    static final SimulatedProvider ONLY = new SimulatedProvider();

    private SimulatedProvider() {}

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw new UnsupportedOperationException("newFileSystem");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException("getFileSystem");
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException("getPath");
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        SimulatedPath simulated = SimulatedPath.of(path);
        SimulatedFileSystem system = simulated.getFileSystem();
        boolean appends = options.contains(StandardOpenOption.APPEND);
        boolean writes = appends || options.contains(StandardOpenOption.WRITE);
        boolean reads = !writes || options.contains(StandardOpenOption.READ);
        boolean createsNew = options.contains(StandardOpenOption.CREATE_NEW);
        DiskNode node = system.find(simulated);
        if (node != null && createsNew) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (node == null && writes && (createsNew || options.contains(StandardOpenOption.CREATE))) {
            node = create(system, simulated);
        }
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        SimulatedChannel channel = new SimulatedChannel(system.disk, node, reads, writes, appends);
        if (writes && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.truncate(0);
        }
        return channel;
    }

    private static DiskFile create(SimulatedFileSystem system, SimulatedPath path) throws IOException {
        DiskFolder folder = system.folderOf(path);
        system.disk.begin();
        system.disk.faults().requireRoom();
        DiskFile file = new DiskFile();
        file.mtimeMs = system.disk.nowMs();
        system.disk.apply(new SimulatedDisk.Edit(folder, path.name(), file));
        return file;
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        SimulatedPath simulated = SimulatedPath.of(path);
        if (!(simulated.getFileSystem().get(simulated) instanceof DiskFolder folder)) {
            throw new java.nio.file.NotDirectoryException(path.toString());
        }
        List<Path> paths = new ArrayList<>();
        for (String name : folder.names.keySet()) {
            Path child = simulated.child(name);
            if (filter.accept(child)) {
                paths.add(child);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return paths.iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        SimulatedPath simulated = SimulatedPath.of(path);
        SimulatedFileSystem system = simulated.getFileSystem();
        if (system.find(simulated) != null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        DiskFolder folder = system.folderOf(simulated);
        system.disk.begin();
        system.disk.faults().requireRoom();
        system.disk.apply(new SimulatedDisk.Edit(folder, simulated.name(), new DiskFolder()));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        SimulatedPath simulated = SimulatedPath.of(link);
        SimulatedFileSystem system = simulated.getFileSystem();
        DiskNode node = system.get(SimulatedPath.of(existing));
        if (system.find(simulated) != null) {
            throw new FileAlreadyExistsException(link.toString());
        }
        DiskFolder folder = system.folderOf(simulated);
        system.disk.begin();
        system.disk.apply(new SimulatedDisk.Edit(folder, simulated.name(), node));
    }

    @Override
    public void delete(Path path) throws IOException {
        SimulatedPath simulated = SimulatedPath.of(path);
        SimulatedFileSystem system = simulated.getFileSystem();
        if (system.get(simulated) instanceof DiskFolder folder && !folder.names.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        system.disk.begin();
        system.disk.apply(new SimulatedDisk.Edit(system.folderOf(simulated), simulated.name(), null));
    }

    @Override
    public boolean deleteIfExists(Path path) throws IOException {
        boolean exists = exists(path);
        if (exists) {
            delete(path);
        }
        return exists;
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        SimulatedPath from = SimulatedPath.of(source);
        SimulatedPath to = SimulatedPath.of(target);
        SimulatedFileSystem system = from.getFileSystem();
        DiskNode node = system.get(from);
        DiskNode there = system.find(to);
        boolean replaces = List.of(options).contains(StandardCopyOption.ATOMIC_MOVE)
                || List.of(options).contains(StandardCopyOption.REPLACE_EXISTING);
        if (there != null && !replaces) {
            throw new FileAlreadyExistsException(target.toString());
        }
        system.disk.begin();
        if (there != node) {
            system.disk.apply(
                    new SimulatedDisk.Edit(system.folderOf(from), from.name(), null),
                    new SimulatedDisk.Edit(system.folderOf(to), to.name(), node));
        }
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException("copy");
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        SimulatedFileSystem system = SimulatedPath.of(path).getFileSystem();
        return system.get(SimulatedPath.of(path)) == system.get(SimulatedPath.of(other));
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        return new SimulatedFileStore(SimulatedPath.of(path).getFileSystem().disk);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        SimulatedPath.of(path).getFileSystem().get(SimulatedPath.of(path));
    }

    @Override
    public boolean exists(Path path, LinkOption... options) {
        return SimulatedPath.of(path).getFileSystem().find(SimulatedPath.of(path)) != null;
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        SimulatedPath simulated = SimulatedPath.of(path);
        DiskNode node = simulated.getFileSystem().find(simulated);
        return node == null ? null : type.cast(new SimulatedAttributes(simulated.getFileSystem().disk, node));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        SimulatedPath simulated = SimulatedPath.of(path);
        SimulatedFileSystem system = simulated.getFileSystem();
        return type.cast(new SimulatedAttributes(system.disk, system.get(simulated)));
    }

    @Override
    public <A extends BasicFileAttributes> @Nullable A readAttributesIfExists(
            Path path, Class<A> type, LinkOption... options) throws IOException {
        return exists(path) ? readAttributes(path, type, options) : null;
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw new UnsupportedOperationException(attributes);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException(attribute);
    }
}
