package io.tinysync.client.drive;

import io.tinysync.engine.device.ContentStore.NoSpaceException;
import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.device.core.Refusal;
import io.tinysync.engine.device.core.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where a refusal or a failure gets its errno. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static DriveException of(RefusedException e) {
        return new DriveException(errno(e.refusal()), String.valueOf(e.getMessage()), e);
    }

    private static Errno errno(Refusal refusal) {
        return switch (refusal) {
            case NO_ENTRY -> Errno.ENOENT;
            case EXISTS -> Errno.EEXIST;
            case NOT_EMPTY -> Errno.ENOTEMPTY;
            case NOT_FOLDER -> Errno.ENOTDIR;
            case IS_FOLDER -> Errno.EISDIR;
            case INVALID_NAME, CYCLE -> Errno.EINVAL;
            case NAME_TOO_LONG -> Errno.ENAMETOOLONG;
            case TOO_LARGE -> Errno.EFBIG;
            case READ_ONLY -> Errno.EROFS;
        };
    }

    static DriveException of(HydrationResult.Failed failed) {
        return new DriveException(errno(failed.reason()), failed.message());
    }

    private static Errno errno(HydrationResult.Reason reason) {
        return switch (reason) {
            case UNREACHABLE -> Errno.ENETUNREACH;
            case TIMED_OUT -> Errno.ETIMEDOUT;
            case MISSING, CORRUPT, STOPPING -> Errno.EIO;
            case REFUSED -> Errno.EACCES;
            case NO_SPACE -> Errno.ENOSPC;
        };
    }

    /** A failure of the disk, an {@link IOException} or one in an unchecked wrapping. The JDK says a full disk in words only: those of strerror in the C locale. */
    static DriveException of(Exception failure) {
        Throwable e =
                failure instanceof UncheckedIOException && failure.getCause() != null ? failure.getCause() : failure;
        String message = String.valueOf(e.getMessage());
        Errno errno = Errno.EIO;
        if (e instanceof NoSpaceException || message.contains("No space left on device")) {
            errno = Errno.ENOSPC;
        } else if (message.contains("Disk quota exceeded")) {
            errno = Errno.EDQUOT;
        }
        if (errno == Errno.EIO) {
            // The program is told next to nothing: whoever looks for the reason finds it here only.
            LOG.warn("a request of the drive fails", e);
        }
        return new DriveException(errno, message, e);
    }
}
