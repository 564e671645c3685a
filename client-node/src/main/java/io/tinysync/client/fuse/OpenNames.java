package io.tinysync.client.fuse;

import io.tinysync.client.fuse.PathTable.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Names of files that programs have open, each with the inode that it led to when it was opened last. libfuse gives the kernel one
 * inode for a path, whatever the drive says; if such a name led to another inode at once, the program would read the old bytes cut
 * to the new length, or both mixed in the kernel's cache. Thread-safe.
 */
final class OpenNames {

    private record Opening(Place place, long ino) {}

    private static final class Name {
        private long ino;
        private int handles;
        private boolean held;
    }

    private final Map<Long, Opening> openings = new HashMap<>();
    private final Map<Place, Name> names = new HashMap<>();

    synchronized void opened(long handle, Place place, long ino) {
        openings.put(handle, new Opening(place, ino));
        Name name = names.computeIfAbsent(place, _ -> new Name());
        name.ino = ino;
        name.held = true;
        name.handles++;
    }

    synchronized void closed(long handle) {
        Opening opening = openings.remove(handle);
        if (opening == null) {
            return;
        }
        Name name = names.get(opening.place());
        if (name != null && --name.handles == 0) {
            names.remove(opening.place());
        }
    }

    /** The inode that the name has to lead to while its file is open. */
    synchronized OptionalLong inode(Place place) {
        Name name = names.get(place);
        return name != null && name.held ? OptionalLong.of(name.ino) : OptionalLong.empty();
    }

    /** The name leads where the drive says from now on, until it is opened again. */
    synchronized void letGo(Place place) {
        Name name = names.get(place);
        if (name != null) {
            name.held = false;
        }
    }

    synchronized void letAllGo() {
        names.values().forEach(name -> name.held = false);
    }
}
