package io.tinysync.client.devfuse;

import io.tinysync.client.devfuse.KernelCache.Opening;
import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import io.tinysync.client.drive.OpenMode;
import java.nio.ByteBuffer;

/** Requests about files and what programs have open. */
final class FileRequests {

    // Flags of fuse_open_out: what the kernel had of the content stays; there is nothing to flush at close.
    private static final int KEEP_CACHE = 1 << 1;
    private static final int NO_FLUSH = 1 << 5;

    /** In fuse_write_in.write_flags: the bytes are a page's that a mapping changed, and the handle is any that can write. */
    private static final int FROM_PAGE = 1;

    private final Drive drive;
    private final KernelCache cache;

    FileRequests(Kernel kernel) {
        this.drive = kernel.drive();
        this.cache = kernel.cache();
    }

    /**
     * struct fuse_open_in.
     *
     * @return whether the kernel has to drop the inode's attributes before it is answered
     */
    boolean open(Request request, Reply reply) {
        OpenMode mode = OpenFlags.mode(request.int32());
        long ino = request.node();
        long handle = drive.open(ino, mode, request.pid());
        Opening opening = Opening.DROP_PAGES;
        boolean done = false;
        try {
            opening = cache.opened(drive.getattr(ino), drive.contentOf(handle), mode.append(), request.pid());
            if (opening == Opening.LOOK_AGAIN) {
                throw new DriveException(Errno.ESTALE, "the kernel has to look the name up anew");
            }
            done = true;
        } finally {
            if (!done) {
                drive.release(handle);
            }
        }
        reply.ifUndelivered(() -> drive.release(handle));
        int keep = opening == Opening.KEEP_PAGES ? KEEP_CACHE : 0;
        Structs.putOpened(reply.body(), handle, mode.write() ? keep : keep | NO_FLUSH);
        return opening == Opening.DROP_ATTRIBUTES;
    }

    /** struct fuse_read_in. */
    void read(Request request, Reply reply) {
        long handle = request.int64();
        long offset = request.int64();
        int count = request.int32();
        requireRange(offset, count);
        ByteBuffer body = reply.longBody(count);
        int start = body.position();
        int read = drive.read(handle, offset, body);
        body.position(start + read);
    }

    /** struct fuse_write_in, then the bytes. */
    void write(Request request, Reply reply) {
        long handle = request.int64();
        long offset = request.int64();
        int count = request.int32();
        int flags = request.int32();
        request.skip(2 * Long.BYTES);
        requireRange(offset, count);
        ByteBuffer data = request.data(count);
        int written =
                (flags & FROM_PAGE) != 0 ? drive.writePage(handle, offset, data) : drive.write(handle, offset, data);
        cache.written(request.node());
        reply.body().putInt(written).putInt(0);
    }

    private static void requireRange(long offset, int count) {
        if (offset < 0 || count < 0 || count > Negotiation.MAX_DATA_BYTES) {
            throw new DriveException(Errno.EINVAL, count + " bytes at " + offset);
        }
    }

    /** struct fuse_flush_in. */
    void flush(Request request) {
        drive.flush(request.int64());
    }

    /** struct fuse_fsync_in. */
    void fsync(Request request) {
        drive.fsync(request.int64());
    }

    /** struct fuse_release_in. By now the opening has had its effect on the kernel's pages. */
    void release(Request request) {
        long handle = request.int64();
        cache.pages(request.node(), drive.contentOf(handle));
        drive.release(handle);
    }
}
