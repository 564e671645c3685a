package io.tinysync.simulation.disk;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attributes of one node of the disk, read when they are asked for. */
record SimulatedAttributes(SimulatedDisk disk, DiskNode node) implements PosixFileAttributes, PosixFileAttributeView {

    @Override
    public String name() {
        return "posix";
    }

    @Override
    public PosixFileAttributes readAttributes() {
        return this;
    }

    @Override
    public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created) {
        if (modified != null && node instanceof DiskFile file) {
            disk.begin();
            file.touch(modified.toMillis());
        }
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) {
        disk.begin();
        if (node instanceof DiskFile file) {
            file.chmod(Set.copyOf(permissions));
        }
    }

    @Override
    public Set<PosixFilePermission> permissions() {
        return switch (node) {
            case DiskFile file -> file.mode;
            case DiskFolder _ -> Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        };
    }

    @Override
    public long size() {
        return switch (node) {
            case DiskFile file -> file.size;
            case DiskFolder _ -> 0;
        };
    }

    @Override
    public FileTime lastModifiedTime() {
        return FileTime.fromMillis(
                switch (node) {
                    case DiskFile file -> file.mtimeMs;
                    case DiskFolder _ -> 0;
                });
    }

    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime();
    }

    @Override
    public FileTime creationTime() {
        return lastModifiedTime();
    }

    @Override
    public boolean isRegularFile() {
        return node instanceof DiskFile;
    }

    @Override
    public boolean isDirectory() {
        return node instanceof DiskFolder;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public Object fileKey() {
        return node;
    }

    @Override
    public UserPrincipal owner() {
        throw new UnsupportedOperationException("owner");
    }

    @Override
    public UserPrincipal getOwner() {
        return owner();
    }

    @Override
    public void setOwner(UserPrincipal owner) {
        throw new UnsupportedOperationException("owner");
    }

    @Override
    public GroupPrincipal group() {
        throw new UnsupportedOperationException("group");
    }

    @Override
    public void setGroup(GroupPrincipal group) {
        throw new UnsupportedOperationException("group");
    }
}
