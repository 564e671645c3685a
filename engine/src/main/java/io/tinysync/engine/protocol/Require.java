package io.tinysync.engine.protocol;

/** Checks that the records share; each failure says the value and the limit, and becomes a 400 at the API. */
final class Require {

    /** Integers on the wire stay below this, so that every JSON parser keeps them exact. */
    static final long INTEGER_LIMIT = 1L << 53;

    private Require() {}

    static <T> T present(@org.jspecify.annotations.Nullable T value, String field) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    static long natural(long value, String field) {
        if (value < 0 || value >= INTEGER_LIMIT) {
            throw new IllegalArgumentException(field + " is " + value + ", it must be from 0 to below 2^53");
        }
        return value;
    }

    /** The nine permission bits of POSIX and nothing else. */
    static int permissionBits(int mode) {
        if ((mode & ~0777) != 0) {
            throw new IllegalArgumentException(
                    "mode is 0" + Integer.toOctalString(mode) + ", only the nine permission bits are kept");
        }
        return mode;
    }
}
