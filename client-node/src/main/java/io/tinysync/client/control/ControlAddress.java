package io.tinysync.client.control;

import io.tinysync.client.Refusal;
import io.tinysync.client.state.StateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Where a state directory's control socket is: {@code control.sock} in it, or, where that path is longer than a socket's may be,
 * in a private directory elsewhere that the file {@code control.path} names.
 */
public final class ControlAddress {

    /** A Unix domain socket's path has 108 bytes on Linux, the closing NUL included (unix(7)). */
    private static final int MAX_PATH_BYTES = 107;

    private static final int MAX_POINTER_BYTES = 4096;

    private ControlAddress() {}

    /** The path that a daemon would listen at. */
    public static Path find(StateDirectory state) {
        Path direct = direct(state);
        Path pointer = pointer(state);
        if (fits(direct) || !Files.exists(pointer)) {
            return direct;
        }
        try {
            if (Files.size(pointer) > MAX_POINTER_BYTES) {
                throw new Refusal(pointer + " is not a file that tinysync wrote");
            }
            return Path.of(Files.readString(pointer).strip());
        } catch (IOException e) {
            throw Refusal.of("cannot read " + pointer, e);
        }
    }

    /** The path for a daemon to listen at; whatever lay there is gone. For the holder of the daemon's lock only. */
    static Path prepare(StateDirectory state, Map<String, String> environment) throws IOException {
        Path direct = direct(state);
        Files.deleteIfExists(find(state));
        Files.deleteIfExists(pointer(state));
        if (fits(direct)) {
            return direct;
        }
        Path base = Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/tmp"));
        Path directory = Files.createTempDirectory(
                Files.isDirectory(base) ? base : Path.of("/tmp"),
                "tinysync-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path socket = directory.resolve("control.sock");
        Files.writeString(pointer(state), socket + "\n");
        return socket;
    }

    /** Removes the socket and what led to it. */
    static void remove(StateDirectory state, Path socket) throws IOException {
        Files.deleteIfExists(socket);
        Files.deleteIfExists(pointer(state));
        if (!socket.equals(direct(state))) {
            Files.deleteIfExists(socket.toAbsolutePath().getParent());
        }
    }

    private static Path direct(StateDirectory state) {
        return state.path().resolve("control.sock");
    }

    private static Path pointer(StateDirectory state) {
        return state.path().resolve("control.path");
    }

    private static boolean fits(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES;
    }
}
