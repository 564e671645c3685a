package io.tinysync.client.drive;

/**
 * One opening of a file.
 *
 * @param processId who opened it
 * @param base what is written through it is based on; of no meaning for a reader
 */
record FileHandle(OpenFile file, OpenMode mode, int processId, WriteBase base) {

    void requireWritable() {
        if (!mode.write()) {
            throw new DriveException(Errno.EBADF, "the file is open for reading only");
        }
    }

    /** The same opening, as one whose writes go where they say. */
    FileHandle withoutAppend() {
        return mode.append() ? new FileHandle(file, OpenMode.WRITE, processId, base) : this;
    }
}
