package io.tinysync.client.drive;

/** The errors that a program can meet on the drive, with Linux's numbers (asm-generic/errno.h). */
public enum Errno {
    EPERM(1),
    ENOENT(2),
    EINTR(4),
    EIO(5),
    EBADF(9),
    EAGAIN(11),
    EACCES(13),
    EBUSY(16),
    EEXIST(17),
    EXDEV(18),
    ENOTDIR(20),
    EISDIR(21),
    EINVAL(22),
    EFBIG(27),
    ENOSPC(28),
    EROFS(30),
    ENAMETOOLONG(36),
    ENOTEMPTY(39),
    EILSEQ(84),
    EOPNOTSUPP(95),
    ENETUNREACH(101),
    ETIMEDOUT(110),
    ESTALE(116),
    EDQUOT(122);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** The positive number that a system call's errno would hold. */
    public int number() {
        return number;
    }
}
