package io.tinysync.client.drive;

/** What a rename does about a target that exists. */
public enum RenameMode {
    /** Takes its place, as rename(2) does. */
    REPLACE,
    /** Fails with EEXIST (RENAME_NOREPLACE). */
    KEEP_TARGET
}
