package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Limits;
import java.util.Optional;

/** Any valid UTF-8 of 1 to 255 bytes without slash and NUL, except {@code .} and {@code ..}; every name is its own key. */
final class PosixNames implements NameRules {

    static final PosixNames RULES = new PosixNames();

    private PosixNames() {}

    @Override
    public Optional<String> violation(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return Optional.of("name is '" + name + "', which no item can have");
        }
        int bytes = 0;
        for (int i = 0; i < name.length(); i = name.offsetByCodePoints(i, 1)) {
            int point = name.codePointAt(i);
            if (point == '/' || point == 0) {
                return Optional.of("name holds " + (point == 0 ? "a NUL" : "a slash"));
            }
            if (Character.getType(point) == Character.SURROGATE) {
                return Optional.of("name is not valid Unicode: lone surrogate at " + i);
            }
            bytes += utf8Bytes(point);
        }
        return bytes <= Limits.MAX_NAME_BYTES
                ? Optional.empty()
                : Optional.of("name is " + bytes + " bytes, the limit is " + Limits.MAX_NAME_BYTES);
    }

    @Override
    public NameKey key(String name) {
        return new NameKey(name);
    }

    private static int utf8Bytes(int point) {
        if (point < 0x80) {
            return 1;
        }
        if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }
}
