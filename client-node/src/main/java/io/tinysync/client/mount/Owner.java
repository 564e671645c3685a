package io.tinysync.client.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** To whom everything on a drive belongs: the user whose daemon it is. */
public record Owner(int uid, int gid) {

    /** The present process's. */
    public static Owner ofProcess() {
        try {
            Path self = Path.of("/proc/self");
            return new Owner(
                    (Integer) Files.getAttribute(self, "unix:uid"), (Integer) Files.getAttribute(self, "unix:gid"));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read this process's owner from /proc/self", e);
        }
    }
}
