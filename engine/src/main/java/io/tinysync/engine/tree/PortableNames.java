package io.tinysync.engine.tree;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names that every desktop system can hold, unique without regard to case and composition.
 *
 * <p>The key is NFC(simple case folding(NFC(name))). Folding and the set of known code points come from {@link UnicodeTable},
 * which is pinned to one Unicode version. Normalisation is {@link Normalizer}'s: Unicode's stability policy
 * (<a href="https://www.unicode.org/policies/stability_policy.html">normalization stability</a>) fixes it for every assigned
 * code point, and no other gets into a name, so every JDK whose Unicode is at least the table's gives the same key.
 */
final class PortableNames implements NameRules {

    static final PortableNames RULES = new PortableNames(UnicodeTable.load());

    private static final String FORBIDDEN = "<>:\"/\\|?*";

    /** Device names of Windows, also before an extension; COM and LPT take superscript digits too. */
    private static final Pattern RESERVED =
            Pattern.compile("(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[1-9¹²³]) *(\\..*)?", Pattern.DOTALL);

    /** The longest reserved name; longer stems need no look. */
    private static final int RESERVED_MAX_CHARS = 7;

    private final UnicodeTable table;

    private PortableNames(UnicodeTable table) {
        this.table = table;
    }

    @Override
    public Optional<String> violation(String name) {
        Optional<String> basic = PosixNames.RULES.violation(name);
        return basic.isPresent()
                ? basic
                : characters(name).or(() -> ending(name)).or(() -> reserved(name));
    }

    @Override
    public NameKey key(String name) {
        if (isAscii(name)) {
            return new NameKey(lowerAscii(name));
        }
        String folded = table.fold(Normalizer.normalize(name, Normalizer.Form.NFC));
        String key = Normalizer.normalize(folded, Normalizer.Form.NFC);
        return new NameKey(key.equals(name) ? name : key);
    }

    private Optional<String> characters(String name) {
        for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
            int point = name.codePointAt(i);
            if (point < 0x20 || (point >= 0x7f && point < 0xa0)) {
                return Optional.of(String.format(Locale.ROOT, "name holds the control character U+%04X", point));
            }
            if (FORBIDDEN.indexOf(point) >= 0) {
                return Optional.of(
                        "name holds " + Character.toString(point) + ", one of " + FORBIDDEN + " that Windows forbids");
            }
            if (!table.knows(point)) {
                return Optional.of(String.format(
                        Locale.ROOT, "name holds U+%04X, which Unicode %s does not assign", point, table.version()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ending(String name) {
        char last = name.charAt(name.length() - 1);
        return last == '.' || last == ' '
                ? Optional.of("name ends in a " + (last == '.' ? "dot" : "space") + ", which Windows drops")
                : Optional.empty();
    }

    private static Optional<String> reserved(String name) {
        int dot = name.indexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        return stem.strip().length() <= RESERVED_MAX_CHARS
                        && RESERVED.matcher(name.toLowerCase(Locale.ROOT)).matches()
                ? Optional.of("name is '" + stem.strip() + "', a device of Windows")
                : Optional.empty();
    }

    private static boolean isAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** The same string where nothing changes, so that the key of a lower-case name takes no memory of its own. */
    private static String lowerAscii(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
