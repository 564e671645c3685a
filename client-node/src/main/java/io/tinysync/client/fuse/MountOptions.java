package io.tinysync.client.fuse;

/**
 * How a drive is mounted.
 *
 * @param allowOther whether other users of the machine may enter; the permission bits are checked for them. Root may always ask for
 *     it, others only where {@code /etc/fuse.conf} has {@code user_allow_other}
 */
public record MountOptions(boolean allowOther) {

    /** What the present user needs: root lets the others in, as any file system does. */
    public static MountOptions forUser() {
        return new MountOptions("root".equals(System.getProperty("user.name")));
    }

    /** The options as libfuse takes them after -o. */
    String text() {
        return "fsname=tinysync,subtype=tinysync"
                // Without these two every write is 4 KiB; 128 KiB is the most that libfuse 2 passes on.
                + ",big_writes,max_write=131072"
                // The kernel checks permission bits, so that the drive need not.
                + ",default_permissions,use_ino"
                // A safe save is one open, not a truncation of the old content followed by one.
                + ",atomic_o_trunc"
                // Read-ahead of placeholders must not take the slots of other reads; the default is 12.
                + ",max_background=1024"
                // A size that the kernel kept would cut what is read from a file that another device made longer. Names
                // may
                // be kept, since libfuse goes by the path with each call.
                + ",attr_timeout=0,entry_timeout=1,negative_timeout=0"
                + (allowOther ? ",allow_other" : "");
    }
}
