package io.tinysync.engine.device.core;

import java.util.List;

/** Names by which programs mark what is not meant to last. */
final class TemporaryNames {

    private static final List<String> TEMPORARY_ENDS = List.of(".tmp", ".temp", ".swp", ".swx", ".part", "~");

    private TemporaryNames() {}

    /** Whether an item of that name waits until it is still before it is sent. */
    static boolean waits(String name) {
        return name.equals("4913") || TEMPORARY_ENDS.stream().anyMatch(name::endsWith);
    }

    /** Whether a file of that name never leaves the device. */
    static boolean staysLocal(String name) {
        return name.equals(".DS_Store")
                || name.equals("Thumbs.db")
                || name.startsWith("~$")
                || name.startsWith(".fuse_hidden")
                || (name.startsWith(".~lock.") && name.endsWith("#"));
    }
}
