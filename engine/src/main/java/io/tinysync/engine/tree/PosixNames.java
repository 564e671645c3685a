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
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == 0) {
                return Optional.of("name holds " + (c == 0 ? "a NUL" : "a slash"));
            }
            if (!Character.isSurrogate(c)) {
                bytes += utf8Bytes(c);
            } else if (isPair(name, i)) {
                bytes += 4;
                i++;
            } else {
                return Optional.of("name is not valid Unicode: lone surrogate at " + i);
            }
        }
        return bytes <= Limits.MAX_NAME_BYTES
                ? Optional.empty()
                : Optional.of("name is " + bytes + " bytes, the limit is " + Limits.MAX_NAME_BYTES);
    }

    @Override
    public NameKey key(String name) {
        return new NameKey(name);
    }

    private static boolean isPair(String name, int index) {
        return index + 1 < name.length() && Character.isSurrogatePair(name.charAt(index), name.charAt(index + 1));
    }

    private static int utf8Bytes(char c) {
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 ? 2 : 3;
    }
}
