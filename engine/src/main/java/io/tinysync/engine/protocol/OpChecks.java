package io.tinysync.engine.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every op must have to be understood at all; whether it is acceptable is the vault's to say. */
final class OpChecks {

    private OpChecks() {}

    static List<OpId> common(OpId opId, ItemId itemId, @Nullable List<OpId> requires) {
        Require.present(opId, "op_id");
        Require.present(itemId, "item_id");
        if (requires == null) {
            return List.of();
        }
        if (requires.size() > Limits.MAX_REQUIRES) {
            throw new IllegalArgumentException(
                    "requires names " + requires.size() + " ops, the limit is " + Limits.MAX_REQUIRES);
        }
        return List.copyOf(requires);
    }

    static void placement(ItemId parentItemId, String name) {
        Require.present(parentItemId, "parent_item_id");
        Require.present(name, "name");
        nameLength(name);
    }

    /** Names of up to {@link Limits#MAX_NAME_CHARS} are understood, so that a name over its limit in bytes is a rejection of one op. */
    static void nameLength(String name) {
        if (name.length() > Limits.MAX_NAME_CHARS) {
            throw new IllegalArgumentException(
                    "name has " + name.length() + " characters, the limit is " + Limits.MAX_NAME_CHARS);
        }
        wellFormed(name, "name");
    }

    static void target(String target) {
        Require.present(target, "target");
        if (target.isEmpty() || target.length() > Limits.MAX_TARGET_CHARS || target.indexOf(0) >= 0) {
            throw new IllegalArgumentException("target must have 1 to " + Limits.MAX_TARGET_CHARS
                    + " characters and no NUL, it has " + target.length());
        }
        wellFormed(target, "target");
    }

    /** Text with a lone surrogate has no UTF-8 and no RFC 8785 form, so nothing could be hashed or answered. */
    private static void wellFormed(String text, String field) {
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            // A code point that is a surrogate is one that has no partner.
            if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
                throw new IllegalArgumentException(field + " holds a lone surrogate at " + i);
            }
        }
    }
}
