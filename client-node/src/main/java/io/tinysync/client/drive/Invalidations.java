package io.tinysync.client.drive;

/**
 * Told when what a binding or the kernel may have cached is no longer so, after the change can be seen by lookup and getattr.
 * Called without any of the drive's locks held, possibly several times for one change, and never from within a request.
 */
public interface Invalidations {

    /** Attributes or content of an inode are others now. */
    void inode(long ino);

    /** A name in a folder leads elsewhere now, or nowhere. */
    void entry(long parentIno, String name);

    /** Anything may be other than before. */
    void everything();

    /** For a binding that caches nothing. */
    Invalidations NONE = new Invalidations() {
        @Override
        public void inode(long ino) {}

        @Override
        public void entry(long parentIno, String name) {}

        @Override
        public void everything() {}
    };
}
