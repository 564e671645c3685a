package io.tinysync.client.drive;

import io.tinysync.engine.protocol.Sha256;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One vault as a file system of inodes. Every operation may be called by any number of threads at once and throws
 * {@link DriveException} with the errno for the program. Only read and write may wait for the network, and only where the bytes
 * they need are not on this device.
 *
 * <p>An inode handed out by lookup, create, mkdir or symlink counts one reference, which forget gives back; handles keep their
 * inode by themselves. When another device replaces the content of an open file, the name gets a new inode, so that what a handle
 * reads never changes under a program; an open file that was unlinked stays usable through its handles and its inode.
 */
public interface Drive {

    /** The vault's root folder. */
    long ROOT_INO = 1;

    /** From now on tells a binding of what it may have cached and is no longer so. */
    void tell(Invalidations binding);

    /** Finds a name by its exact bytes; ENOENT where there is none. */
    Attributes lookup(long parentIno, String name);

    /** Gives references back; an inode without references and handles is dropped. */
    void forget(long ino, long references);

    /** What stat shows; for a file being written, what was written so far. */
    Attributes getattr(long ino);

    /**
     * Changes size, mode or times, whatever the change names, and answers what is so afterwards. A change of owner or of set-id
     * and sticky bits is EPERM. A change of size counts as a write: with a handle it is recorded at its next flush, without one
     * at once. Cutting to 0 needs no download.
     */
    Attributes setattr(long ino, OptionalLong handle, AttributeChange change);

    /** A link's target, as it was given. */
    String readlink(long ino);

    /** Makes a new file and opens it for writing; EEXIST where the name, or one that collides with it, is taken. */
    Opened create(long parentIno, String name, int mode, int pid);

    /** Opens a file; {@code pid} is the thread or process that asks, by which the drive knows what its writer had seen. */
    long open(long ino, OpenMode mode, int pid);

    /** The inode that a handle is open on, also after its file was unlinked. */
    long inodeOf(long handle);

    /** The content that a handle's bytes are, if they are those of one and nobody has the file open for writing. */
    Optional<Sha256> contentOf(long handle);

    /** Whether some of the handle's bytes from an offset on are not on this device, so that a read has to wait. Asks nobody. */
    boolean mustFetch(long handle, long offset, long length);

    /** Returns once those bytes are here. It can be interrupted, which is EINTR; read and write should not be. */
    void fetch(long handle, long offset, long length);

    /**
     * Reads at an offset into the buffer's remaining space.
     *
     * @return how many bytes, fewer than asked only at the file's end
     */
    int read(long handle, long offset, ByteBuffer into);

    /** Writes all of the buffer at an offset (at the end, if the handle appends); EFBIG and ENOSPC come here, before a byte is taken. */
    int write(long handle, long offset, ByteBuffer from);

    /** Writes at exactly this offset whatever the handle's mode is: what was changed through a mapping of the file. */
    int writePage(long handle, long offset, ByteBuffer from);

    /** Records what was written, so that it survives a crash of TinySync. Costs nothing if nothing was written since. */
    void flush(long handle);

    /** Flush, and bytes and record are on stable storage. */
    void fsync(long handle);

    /** Closes a handle. After the last writable one of a file, what was recorded may be sent. */
    void release(long handle);

    /** Opens a folder for reading. */
    long openFolder(long ino);

    /**
     * Offers the entries from an offset on: 0 is the beginning, any other one that an entry came with. What is there during the
     * whole reading comes exactly once, whatever else changes.
     */
    void readFolder(long handle, long offset, DirectorySink sink);

    /** As {@link #readFolder}, with what lookup would say of each entry. */
    void readFolderWithAttributes(long handle, long offset, AttributesSink sink);

    /** All that was recorded so far is on stable storage, the names in every folder among it. */
    void fsyncFolder();

    void releaseFolder(long handle);

    Attributes mkdir(long parentIno, String name, int mode);

    Attributes symlink(long parentIno, String name, String target);

    /** Removes a file or a link; EISDIR for a folder. */
    void unlink(long parentIno, String name);

    /** Removes an empty folder; ENOTEMPTY otherwise. */
    void rmdir(long parentIno, String name);

    void rename(long parentIno, String name, long newParentIno, String newName, RenameMode mode);

    /** From local state, never from the network. */
    Space statfs();
}
