package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.tree.NameRules;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.function.Predicate;

/** The names of conflict copies: {@code name (conflicted copy, <device>, <yyyy-mm-dd>).ext}, numbered if taken. */
final class ConflictNames {

    private static final long MS_PER_DAY = 24L * 60 * 60 * 1000;
    private static final int MAX_DEVICE_CHARS = 40;
    private static final int MAX_EXTENSION_BYTES = 32;
    private static final String FORBIDDEN_SOMEWHERE = "<>:\"/\\|?*";

    private final NameRules names;
    private final String mark;

    ConflictNames(NameRules names, String deviceName, long nowMs) {
        this.names = names;
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(nowMs, MS_PER_DAY));
        this.mark = ConflictCopy.MARK + fit(deviceName) + ", " + date;
    }

    /**
     * The first of the names for a copy of what is named so that is allowed and free. A copy of a conflict copy is named after the file,
     * so that names do not grow with each conflict.
     */
    String firstFree(String copied, Predicate<String> isTaken) {
        String name = ConflictCopy.originalName(copied).orElse(copied);
        for (int number = 1; ; number++) {
            String suffix = mark + (number == 1 ? "" : ", " + number) + ")";
            String candidate = with(name, suffix);
            if (names.violation(candidate).isPresent()) {
                candidate = with("file", suffix);
            }
            if (!isTaken.test(candidate)) {
                return candidate;
            }
        }
    }

    private static String with(String name, String suffix) {
        int dot = name.lastIndexOf('.');
        boolean hasExtension = dot > 0 && bytes(name.substring(dot)) <= MAX_EXTENSION_BYTES;
        String extension = hasExtension ? name.substring(dot) : "";
        String stem = hasExtension ? name.substring(0, dot) : name;
        int room = Limits.MAX_NAME_BYTES - bytes(suffix) - bytes(extension);
        return cut(stem, room) + suffix + extension;
    }

    /** The longest beginning of whole code points that has at most so many bytes. */
    private static String cut(String text, int maxBytes) {
        int end = text.length();
        while (bytes(text.substring(0, end)) > maxBytes) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** A device's name as a part of a file's: short, and without what some system forbids. */
    private static String fit(String deviceName) {
        StringBuilder result = new StringBuilder();
        deviceName
                .codePoints()
                .limit(MAX_DEVICE_CHARS)
                .map(c -> Character.isISOControl(c) || FORBIDDEN_SOMEWHERE.indexOf(c) >= 0 ? '-' : c)
                .forEach(result::appendCodePoint);
        return result.isEmpty() ? "device" : result.toString();
    }
}
