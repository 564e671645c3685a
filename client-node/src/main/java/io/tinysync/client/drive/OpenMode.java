package io.tinysync.client.drive;

/**
 * How a program opens a file.
 *
 * @param write whether it may write (O_WRONLY or O_RDWR)
 * @param truncate whether the file is emptied first (O_TRUNC), which needs no download
 * @param append whether each write goes to the end (O_APPEND)
 */
public record OpenMode(boolean write, boolean truncate, boolean append) {

    public static final OpenMode READ = new OpenMode(false, false, false);
    public static final OpenMode WRITE = new OpenMode(true, false, false);
    public static final OpenMode REWRITE = new OpenMode(true, true, false);
    public static final OpenMode APPEND = new OpenMode(true, false, true);
}
