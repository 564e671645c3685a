package io.tinysync.client.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the kernel says is mounted (proc_pid_mountinfo(5)); read without touching any mount. */
final class MountTable {

    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");

    private static final int MOUNT_POINT_FIELD = 4;

    private MountTable() {}

    /** The type of the file system that is mounted on top at exactly this path. */
    static Optional<String> typeAt(Path mountPoint) throws IOException {
        String wanted = mountPoint.toString();
        Optional<String> found = Optional.empty();
        for (String line : Files.readAllLines(MOUNT_INFO, StandardCharsets.UTF_8)) {
            String[] fields = line.split(" ", -1);
            if (unescaped(fields[MOUNT_POINT_FIELD]).equals(wanted)) {
                found = Optional.of(typeOf(fields));
            }
        }
        return found;
    }

    /** The optional fields end with a lone hyphen, and the type comes next. */
    private static String typeOf(String[] fields) {
        int at = MOUNT_POINT_FIELD;
        while (!fields[at].equals("-")) {
            at++;
        }
        return fields[at + 1];
    }

    /** Space, tab, line feed and backslash stand as a backslash and three octal digits. */
    static String unescaped(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }
}
