package io.tinysync.client.fuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.engine.protocol.ItemKind;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;

/** One reply to readdir: as many entries as libfuse's buffer takes. The two dots stand before the drive's own entries. */
final class FolderReply {

    private static final int DOTS = 2;

    private final Pointer buffer;
    private final FuseFillDir fill;
    private final FileStat stat = new FileStat(Runtime.getSystemRuntime());
    private final Pointer statMemory = Struct.getMemory(stat);

    FolderReply(Pointer buffer, FuseFillDir fill) {
        this.buffer = buffer;
        this.fill = fill;
    }

    void send(Drive drive, long handle, long offset) {
        if (offset <= 0 && !add(".", Drive.ROOT_INO, ItemKind.FOLDER, 1)) {
            return;
        }
        if (offset <= 1 && !add("..", Drive.ROOT_INO, ItemKind.FOLDER, DOTS)) {
            return;
        }
        drive.readFolder(
                handle, Math.max(0, offset - DOTS), (name, ino, kind, next) -> add(name, ino, kind, next + DOTS));
    }

    /** Whether it still fitted. */
    private boolean add(String name, long ino, ItemKind kind, long nextOffset) {
        stat.st_ino.set(ino);
        stat.st_mode.set(Structs.type(kind));
        return fill.apply(buffer, Structs.cString(name), statMemory, nextOffset) == 0;
    }
}
