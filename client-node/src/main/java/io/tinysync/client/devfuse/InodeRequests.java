package io.tinysync.client.devfuse;

import io.tinysync.client.drive.AttributeChange;
import io.tinysync.client.drive.AttributeChange.Mtime;
import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Requests about inodes by their number. */
final class InodeRequests {

    private static final int MODE_BITS = 07777;
    /** A link's target has no more bytes (PATH_MAX). */
    private static final int MAX_TARGET_BYTES = 4096;

    // Bits of fuse_setattr_in.valid: which fields count.
    private static final int MODE = 1;
    private static final int UID = 1 << 1;
    private static final int GID = 1 << 2;
    static final int SIZE = 1 << 3;
    private static final int MTIME = 1 << 5;
    static final int HANDLE = 1 << 6;
    private static final int MTIME_NOW = 1 << 8;

    private static final long NANOS = 1_000_000_000L;

    private final Kernel kernel;
    private final Drive drive;
    private final KernelCache cache;

    InodeRequests(Kernel kernel) {
        this.kernel = kernel;
        this.drive = kernel.drive();
        this.cache = kernel.cache();
    }

    void getattr(Request request, Reply reply) {
        long begun = cache.begin();
        Attributes attributes = drive.getattr(request.node());
        boolean keep = cache.attributes(attributes, begun);
        Structs.putAttributeReply(reply.body(), attributes, kernel.owner(), keep);
    }

    /**
     * struct fuse_setattr_in. The kernel takes over what is answered whatever it was told meanwhile, so the answer is not to be
     * kept.
     */
    void setattr(Request request, Reply reply) {
        int valid = request.int32();
        request.skip(Integer.BYTES);
        long handle = request.int64();
        long sizeBytes = request.int64();
        request.skip(2 * Long.BYTES);
        long mtimeSeconds = request.int64();
        request.skip(Long.BYTES + Integer.BYTES);
        int mtimeNanos = request.int32();
        request.skip(Integer.BYTES);
        int mode = request.int32();
        request.skip(Integer.BYTES);
        int uid = request.int32();
        int gid = request.int32();
        if ((valid & SIZE) != 0 && sizeBytes < 0) {
            throw new DriveException(Errno.EINVAL, "a size of " + sizeBytes);
        }
        AttributeChange change = new AttributeChange(
                (valid & MODE) != 0 ? OptionalInt.of(mode & MODE_BITS) : OptionalInt.empty(),
                (valid & SIZE) != 0 ? OptionalLong.of(sizeBytes) : OptionalLong.empty(),
                mtime(valid, mtimeSeconds, mtimeNanos),
                (valid & UID) != 0 ? OptionalInt.of(uid) : OptionalInt.empty(),
                (valid & GID) != 0 ? OptionalInt.of(gid) : OptionalInt.empty());
        OptionalLong open = (valid & HANDLE) != 0 ? OptionalLong.of(handle) : OptionalLong.empty();
        Attributes attributes = drive.setattr(request.node(), open, change);
        cache.written(request.node());
        Structs.putAttributeReply(reply.body(), attributes, kernel.owner(), false);
    }

    private static Mtime mtime(int valid, long seconds, int nanos) {
        if ((valid & MTIME_NOW) != 0) {
            return new Mtime.Now();
        }
        if ((valid & MTIME) == 0) {
            return new Mtime.Keep();
        }
        try {
            return new Mtime.At(Math.addExact(Math.multiplyExact(seconds, NANOS), nanos));
        } catch (ArithmeticException e) {
            throw new DriveException(Errno.EINVAL, seconds + " s is beyond what 64 bits of ns can hold", e);
        }
    }

    void readlink(Request request, Reply reply) {
        byte[] target = drive.readlink(request.node()).getBytes(StandardCharsets.UTF_8);
        reply.longBody(MAX_TARGET_BYTES).put(target, 0, Math.min(target.length, MAX_TARGET_BYTES));
    }

    void statfs(Reply reply) {
        Structs.putSpace(reply.body(), drive.statfs());
    }

    /** struct fuse_forget_in. */
    void forget(Request request) {
        kernel.forget(request.node(), request.int64());
    }

    /** struct fuse_batch_forget_in, then as many struct fuse_forget_one. */
    void forgetMany(Request request) {
        int count = request.int32();
        request.skip(Integer.BYTES);
        for (int i = 0; i < count; i++) {
            long ino = request.int64();
            kernel.forget(ino, request.int64());
        }
    }
}
