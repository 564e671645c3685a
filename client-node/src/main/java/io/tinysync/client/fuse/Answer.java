package io.tinysync.client.fuse;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out one request of the kernel; whatever is thrown becomes a negative errno, since nothing may escape to native code. */
final class Answer {

    private static final Logger LOG = LoggerFactory.getLogger(Answer.class);

    private Answer() {}

    /** What a request does: 0 or more for success. */
    interface Request {
        int run();
    }

    static int of(String what, Request request) {
        try {
            return request.run();
        } catch (DriveException e) {
            LOG.debug("{}: {}", what, e.getMessage());
            return failure(e.errno());
        } catch (Throwable e) {
            LOG.error("{} failed unexpectedly", what, e);
            return failure(Errno.EIO);
        }
    }

    static int failure(Errno errno) {
        return -errno.number();
    }
}
