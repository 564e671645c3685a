package io.tinysync.client.drive;

/** An operation that the drive refuses, with the errno that the program gets. Has no stack trace: most are everyday answers. */
public final class DriveException extends RuntimeException {

    private final Errno errno;

    public DriveException(Errno errno, String message) {
        super(errno + ": " + message, null, false, false);
        this.errno = errno;
    }

    public DriveException(Errno errno, String message, Throwable cause) {
        super(errno + ": " + message, cause, false, false);
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }
}
