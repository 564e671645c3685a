package io.tinysync.client.mount;

/**
 * How a drive is mounted.
 *
 * @param allowOther whether other users of the machine may enter; the permission bits are checked for them. Root may always ask for
 *     it, others only where {@code /etc/fuse.conf} has {@code user_allow_other}
 */
public record MountOptions(boolean allowOther) {

    /** What the kernel's list of mounts shows as the type. */
    public static final String TYPE = "tinysync";

    /** What the present user needs: root lets the others in, as any file system does. */
    public static MountOptions forUser() {
        return new MountOptions("root".equals(System.getProperty("user.name")));
    }
}
