package io.tinysync.client.devfuse;

import io.tinysync.client.devfuse.KernelCache.Name;
import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.Drive;
import io.tinysync.engine.protocol.ItemKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Requests that read folders. The two dots stand before the drive's own entries. */
final class FolderRequests {

    private static final int DOTS = 2;

    /** struct fuse_dirent without its name. */
    private static final int ENTRY_BYTES = 24;

    private final Kernel kernel;
    private final Drive drive;
    private final KernelCache cache;

    FolderRequests(Kernel kernel) {
        this.kernel = kernel;
        this.drive = kernel.drive();
        this.cache = kernel.cache();
    }

    void open(Request request, Reply reply) {
        long handle = drive.openFolder(request.node());
        reply.ifUndelivered(() -> drive.releaseFolder(handle));
        Structs.putOpened(reply.body(), handle, 0);
    }

    void release(Request request) {
        drive.releaseFolder(request.int64());
    }

    /** struct fuse_read_in; answered with struct fuse_dirent, one behind the other. */
    void read(Request request, Reply reply) {
        long handle = request.int64();
        long offset = request.int64();
        ByteBuffer out = reply.longBody(request.int32());
        if (putDots(out, request.node(), offset, 0)) {
            drive.readFolder(
                    handle,
                    Math.max(0, offset - DOTS),
                    (name, ino, kind, next) -> put(out, 0, ino, next + DOTS, kind, name));
        }
    }

    private static boolean putDots(ByteBuffer out, long ino, long offset, int before) {
        return (offset > 0 || put(out, before, ino, 1, ItemKind.FOLDER, "."))
                && (offset > 1 || put(out, before, ino, DOTS, ItemKind.FOLDER, ".."));
    }

    /** Puts an entry behind so many zeros; false if it does not fit. */
    private static boolean put(ByteBuffer out, int before, long ino, long next, ItemKind kind, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int padding = -bytes.length & (Long.BYTES - 1);
        if (out.remaining() < before + ENTRY_BYTES + bytes.length + padding) {
            return false;
        }
        Structs.putZeros(out, before);
        out.putLong(ino).putLong(next).putInt(bytes.length).putInt(Structs.entryType(kind));
        out.put(bytes);
        for (int i = 0; i < padding; i++) {
            out.put((byte) 0);
        }
        return true;
    }

    /** struct fuse_read_in; answered with struct fuse_direntplus: what lookup would say of an entry stands before it. */
    void readPlus(Request request, Reply reply) {
        long handle = request.int64();
        long offset = request.int64();
        long folder = request.node();
        ByteBuffer out = reply.longBody(request.int32());
        long begun = cache.begin();
        List<Long> referred = new ArrayList<>();
        reply.ifUndelivered(() -> referred.forEach(ino -> kernel.forget(ino, 1)));
        if (putDots(out, folder, offset, Structs.ENTRY_BYTES)) {
            drive.readFolderWithAttributes(handle, Math.max(0, offset - DOTS), (name, attributes, current, next) -> {
                int at = out.position();
                boolean taken = put(out, Structs.ENTRY_BYTES, attributes.ino(), next + DOTS, attributes.kind(), name);
                if (taken && current) {
                    Name there = new Name(folder, name);
                    if (cache.has(there, attributes)) {
                        // The entry without its attributes leaves the kernel what it has.
                        drive.forget(attributes.ino(), 1);
                    } else {
                        tell(out, at, there, attributes, begun);
                        referred.add(attributes.ino());
                    }
                }
                return taken;
            });
        }
    }

    private void tell(ByteBuffer out, int at, Name name, Attributes attributes, long begun) {
        boolean keep = cache.entry(name, attributes, begun);
        Structs.putEntry(out.duplicate().order(out.order()).position(at), attributes, kernel.owner(), keep);
    }
}
