package io.tinysync.server.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names that users chose, on their way into a URL, a header, a page or an archive. None of them can say there more than a name. */
final class SharedNames {

    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final char REPLACEMENT = '\uFFFD';

    private SharedNames() {}

    /** One segment of a URL's path, or a value of its query (RFC 3986). */
    static String encoded(String name) {
        StringBuilder result = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            if (UNRESERVED.indexOf(each) >= 0) {
                result.append((char) each);
            } else {
                result.append('%').append("%02X".formatted(each & 0xFF));
            }
        }
        return result.toString();
    }

    /** The names, each after a slash. */
    static String encoded(List<String> names) {
        return names.stream().map(name -> "/" + encoded(name)).collect(Collectors.joining());
    }

    /** The names of a path; none of a path that is not there. What is not UTF-8 becomes a name that nothing has. */
    static List<String> decoded(Optional<String> path) {
        return path.stream()
                .flatMap(text -> Stream.of(text.split("/", -1)))
                .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
    }

    /**
     * For a page: what HTML gives a meaning is escaped, and characters are replaced that would be no sign or turn the direction of what follows
     * them, so that a name looks like what it is.
     */
    static String html(String text) {
        StringBuilder result = new StringBuilder();
        text.codePoints().forEach(each -> {
            switch (each) {
                case '&' -> result.append("&amp;");
                case '<' -> result.append("&lt;");
                case '>' -> result.append("&gt;");
                case '"' -> result.append("&quot;");
                case '\'' -> result.append("&#39;");
                default -> result.appendCodePoint(isHidden(each) ? REPLACEMENT : each);
            }
        });
        return result.toString();
    }

    /** Control characters, and those that format without being seen, such as the overrides of direction. */
    private static boolean isHidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE
                || (type == Character.FORMAT && !isJoiner(codePoint));
    }

    /** Words of some languages, and families of emoji, are written with these. */
    private static boolean isJoiner(int codePoint) {
        return codePoint == 0x200C || codePoint == 0x200D;
    }

    /** As the name of a file on whatever machine: nothing that is hidden, separates folders or begins a stream or a drive. */
    static String file(String name) {
        StringBuilder result = new StringBuilder();
        name.codePoints().forEach(each -> result.appendCodePoint(isHidden(each) || isSeparator(each) ? '_' : each));
        return result.toString();
    }

    private static boolean isSeparator(int codePoint) {
        return codePoint == '/' || codePoint == '\\' || codePoint == ':';
    }

    /**
     * The value of Content-Disposition (RFC 6266) that has a browser save under this name and never show: the name in UTF-8 (RFC 8187), and before it, for old
     * programs, one of those characters that all of them read the same way.
     */
    static String attachment(String name) {
        String safe = file(name);
        String plain = safe.codePoints()
                .map(each -> each < 0x20 || each > 0x7E || each == '"' || each == '%' ? '_' : each)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded(safe);
    }
}
