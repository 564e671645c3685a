package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a blob that a request asks for.
 *
 * @param offset of its first byte
 * @param length at least 1
 */
record ByteRange(long offset, long length) {

    private static final Pattern ONE_RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * Reads a Range header (RFC 9110 section 14.1). Several ranges, other units and nonsense count as no range, which the RFC
     * allows.
     *
     * @throws ProblemException if the range lies outside the blob
     */
    static Optional<ByteRange> parse(String header, long size) {
        Matcher matcher = ONE_RANGE.matcher(header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? Optional.empty() : Optional.of(suffix(Long.parseLong(last), size));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return Optional.empty();
        }
        if (from >= size) {
            throw outside(size);
        }
        return Optional.of(new ByteRange(from, to - from + 1));
    }

    private static ByteRange suffix(long length, long size) {
        if (length == 0 || size == 0) {
            throw outside(size);
        }
        long offset = Math.max(0, size - length);
        return new ByteRange(offset, size - offset);
    }

    private static ProblemException outside(long size) {
        return new ProblemException(ProblemCode.RANGE_NOT_SATISFIABLE, "the blob has " + size + " bytes");
    }

    String contentRange(long size) {
        return "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
    }
}
