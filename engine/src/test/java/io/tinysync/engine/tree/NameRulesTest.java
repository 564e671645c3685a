package io.tinysync.engine.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.NamePolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NameRulesTest {

    private static final NameRules PORTABLE = NameRules.of(NamePolicy.PORTABLE);
    private static final NameRules POSIX = NameRules.of(NamePolicy.POSIX);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "A b",
                ".hidden",
                "..x",
                "a.b.c",
                "con1",
                "console",
                "lpt",
                "com10",
                "été",
                "漢字",
                "👩‍👧",
                "$Recycle"
            })
    void both_policies_take_it(String name) {
        assertThat(PORTABLE.violation(name)).isEmpty();
        assertThat(POSIX.violation(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "con", "CON", "Prn.txt", "aux.tar.gz", "NUL", "com1", "LPT9.x", "com¹", "lpt³.txt", "nul .txt",
                        "conin$",
                "a<b", "a>b", "a:b", "a\"b", "a\\b", "a|b", "a?b", "a*b", "tab\there", "bell\u0007", "del\u007f",
                "c1\u0085", "dot.", "space ", "\u0378", "\uffff", "\ufdd0", " ."
            })
    void only_posix_takes_it(String name) {
        assertThat(PORTABLE.violation(name)).isPresent();
        assertThat(POSIX.violation(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "nul\u0000", "\ud800", "a\udc00b"})
    void neither_takes_it(String name) {
        assertThat(PORTABLE.violation(name)).isPresent();
        assertThat(POSIX.violation(name)).isPresent();
    }

    @Test
    void a_name_has_up_to_255_bytes_of_utf_8() {
        for (NameRules rules : new NameRules[] {PORTABLE, POSIX}) {
            assertThat(rules.violation("x".repeat(255))).isEmpty();
            assertThat(rules.violation("x".repeat(256))).contains("name is 256 bytes, the limit is 255");
            assertThat(rules.violation("é".repeat(127))).isEmpty();
            assertThat(rules.violation("é".repeat(128))).contains("name is 256 bytes, the limit is 255");
            assertThat(rules.violation("漢".repeat(85))).isEmpty();
            assertThat(rules.violation("😀".repeat(64))).contains("name is 256 bytes, the limit is 255");
        }
    }

    /** FIELD 14: composed and decomposed names are one. */
    @ParameterizedTest
    @CsvSource({
        "readme, README",
        "été, e\u0301te\u0301",
        "ÉTÉ, e\u0301te\u0301",
        "σας, ΣΑΣ",
        "K, \u212a",
        "Å, \u212b",
        "ﬅ, ﬆ",
        "ẞ, ß",
        "µ, μ",
        "ᏸ, Ᏸ",
        "\u0390, \u1fd3",
        "J\u030c, \u01f0"
    })
    void names_that_a_portable_vault_holds_for_one(String one, String other) {
        assertThat(PORTABLE.key(one)).isEqualTo(PORTABLE.key(other));
        assertThat(POSIX.key(one)).isNotEqualTo(POSIX.key(other));
    }

    @ParameterizedTest
    @CsvSource({"ß, ss", "İ, i", "ı, i", "ı, I", "ﬁ, fi", "a, á", "１, 1"})
    void names_that_stand_side_by_side(String one, String other) {
        assertThat(PORTABLE.key(one)).isNotEqualTo(PORTABLE.key(other));
    }

    /**
     * The stability of normalisation holds for code points that the JDK's own Unicode assigns: were the table newer than the JDK,
     * keys could change with the next one.
     */
    @Test
    void every_known_code_point_is_assigned_in_this_jdk() {
        UnicodeTable table = UnicodeTable.load();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (table.knows(point)) {
                assertThat(Character.isDefined(point)).as("U+%04X", point).isTrue();
            }
        }
        assertThat(table.version()).isEqualTo("16.0");
    }

    @Test
    void a_key_is_its_own_key() {
        UnicodeTable table = UnicodeTable.load();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (table.knows(point)) {
                NameKey key = PORTABLE.key(Character.toString(point));
                assertThat(PORTABLE.key(key.value())).as("U+%04X", point).isEqualTo(key);
            }
        }
    }
}
