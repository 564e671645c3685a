package io.tinysync.client.content;

import io.tinysync.engine.device.ContentStore.NoSpaceException;
import io.tinysync.engine.device.Room;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The room on the disk that holds the contents. Keeps a reserve, so that a close can still be recorded after the last write that
 * was taken. Thread-safe; asks the disk once for many small writes.
 */
public final class DiskSpace {

    /** The store's log and a few records per open file. */
    private static final long RESERVE_BYTES = 32L << 20;

    /** What may be taken on one answer of the disk. */
    private static final long SAMPLE_BYTES = 8L << 20;

    private final FileStore disk;
    private volatile Room room = Room.UNLIMITED;
    private long creditBytes;

    DiskSpace(Path directory) throws IOException {
        this.disk = Files.getFileStore(directory);
    }

    /** Passes if so many bytes may be written now. */
    public synchronized void take(long bytes) throws NoSpaceException {
        if (bytes <= creditBytes) {
            creditBytes -= bytes;
            return;
        }
        if (bytes > freeBytes()) {
            room.makeFree(bytes + RESERVE_BYTES);
        }
        long free = freeBytes();
        if (bytes > free) {
            throw new NoSpaceException(
                    bytes + " bytes do not fit: " + free + " are free beside the reserve of " + RESERVE_BYTES);
        }
        creditBytes = Math.min(SAMPLE_BYTES, (free - bytes) / 2);
    }

    void askForRoom(Room newRoom) {
        room = newRoom;
    }

    /** What the disk has free, the reserve included. */
    long usableBytes() throws IOException {
        return disk.getUsableSpace();
    }

    /** What can be written before the reserve begins. */
    public long freeBytes() {
        try {
            return Math.max(0, usableBytes() - RESERVE_BYTES);
        } catch (IOException e) {
            return 0;
        }
    }

    /** The disk's size. */
    public long totalBytes() {
        try {
            return disk.getTotalSpace();
        } catch (IOException e) {
            return 0;
        }
    }
}
