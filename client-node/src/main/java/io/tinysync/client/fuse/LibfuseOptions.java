package io.tinysync.client.fuse;

import io.tinysync.client.mount.MountOptions;

/** Mount options as libfuse 2 takes them after -o. */
final class LibfuseOptions {

    private LibfuseOptions() {}

    static String text(MountOptions options) {
        return "fsname=tinysync,subtype=" + MountOptions.TYPE
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
                + (options.allowOther() ? ",allow_other" : "");
    }
}
