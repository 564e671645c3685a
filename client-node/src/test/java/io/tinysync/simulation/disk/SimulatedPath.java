package io.tinysync.simulation.disk;

import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path of the simulated disk: always absolute, apart from its last name by itself; `.` and `..` are names like others. */
final class SimulatedPath implements Path {

    private final SimulatedFileSystem system;
    private final @Nullable SimulatedPath parent;
    /** Empty for the root. */
    private final String name;

    private final boolean absolute;

    private SimulatedPath(SimulatedFileSystem system, @Nullable SimulatedPath parent, String name, boolean absolute) {
        this.system = system;
        this.parent = parent;
        this.name = name;
        this.absolute = absolute;
    }

    static SimulatedPath root(SimulatedFileSystem system) {
        return new SimulatedPath(system, null, "", true);
    }

    static SimulatedPath of(Path path) {
        if (path instanceof SimulatedPath simulated) {
            return simulated;
        }
        throw new ProviderMismatchException(path + " is not on the simulated disk");
    }

    SimulatedPath child(String childName) {
        return new SimulatedPath(system, this, childName, absolute);
    }

    /** The last name. */
    String name() {
        return name;
    }

    @Nullable
    SimulatedPath folder() {
        return parent;
    }

    @Override
    public SimulatedFileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public Path getRoot() {
        return system.root();
    }

    @Override
    public @Nullable Path getFileName() {
        return name.isEmpty() ? null : new SimulatedPath(system, null, name, false);
    }

    @Override
    public @Nullable Path getParent() {
        return parent;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (SimulatedPath at = this; at != null && !at.name.isEmpty(); at = at.parent) {
            names.addFirst(at.name);
        }
        return names;
    }

    @Override
    public int getNameCount() {
        return names().size();
    }

    @Override
    public Path getName(int index) {
        return new SimulatedPath(system, null, names().get(index), false);
    }

    @Override
    public Path subpath(int beginIndex, int endIndex) {
        throw new UnsupportedOperationException("subpath");
    }

    @Override
    public boolean startsWith(Path other) {
        List<String> others = of(other).names();
        return names().size() >= others.size()
                && names().subList(0, others.size()).equals(others);
    }

    @Override
    public boolean endsWith(Path other) {
        return name.equals(of(other).name);
    }

    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path resolve(String other) {
        SimulatedPath path = this;
        for (String next : other.split("/", -1)) {
            path = next.isEmpty() ? path : path.child(next);
        }
        return path;
    }

    @Override
    public Path resolve(Path other) {
        if (other.isAbsolute()) {
            return other;
        }
        SimulatedPath path = this;
        for (String next : of(other).names()) {
            path = path.child(next);
        }
        return path;
    }

    @Override
    public Path resolveSibling(String other) {
        return parent == null ? this : parent.resolve(other);
    }

    @Override
    public Path relativize(Path other) {
        SimulatedPath below = of(other);
        SimulatedPath result = null;
        for (String next : below.names().subList(names().size(), below.names().size())) {
            result = result == null ? new SimulatedPath(system, null, next, false) : result.child(next);
        }
        return result == null ? new SimulatedPath(system, null, "", false) : result;
    }

    @Override
    public URI toUri() {
        return URI.create(SimulatedProvider.SCHEME + "://" + this);
    }

    @Override
    public Path toAbsolutePath() {
        return this;
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return this;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("register");
    }

    @Override
    public int compareTo(Path other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SimulatedPath path
                && path.system == system
                && path.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        String text = String.join("/", names());
        return absolute ? "/" + text : text;
    }
}
