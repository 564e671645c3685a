package io.tinysync.client.drive;

/**
 * One opening of a file.
 *
 * @param processId who opened it
 */
record FileHandle(OpenFile file, OpenMode mode, int processId) {

    void requireWritable() {
        if (!mode.write()) {
            throw new DriveException(Errno.EBADF, "the file is open for reading only");
        }
    }
}
