import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.util.VersionInfo;

/**
 * Prints the table of code points and case foldings that ships as {@code io/tinysync/engine/tree/unicode.txt}. Not part of the build:
 * {@code java -cp icu4j-77.1.jar engine/src/tools/GenerateUnicodeTable.java > unicode.txt}. A vault's names are keyed by the table
 * for its whole life, so another version of it would need a new name policy.
 */
final class GenerateUnicodeTable {

    public static void main(String[] arguments) {
        VersionInfo version = UCharacter.getUnicodeVersion();
        System.out.println("# Made by engine/src/tools/GenerateUnicodeTable.java with ICU4J " + VersionInfo.ICU_VERSION);
        System.out.println("# from the Unicode Character Database, (c) Unicode, Inc., licence Unicode-3.0.");
        System.out.println("version " + version.getMajor() + "." + version.getMinor());
        assigned();
        foldings();
    }

    private static void assigned() {
        int first = -1;
        for (int point = 0; point <= Character.MAX_CODE_POINT + 1; point++) {
            boolean known = point <= Character.MAX_CODE_POINT && isAssigned(point);
            if (known && first < 0) {
                first = point;
            } else if (!known && first >= 0) {
                System.out.printf("assigned %04X %04X%n", first, point - 1);
                first = -1;
            }
        }
    }

    private static boolean isAssigned(int point) {
        int type = UCharacter.getType(point);
        return type != UCharacterCategory.UNASSIGNED && type != UCharacterCategory.SURROGATE;
    }

    /** Status C and S of CaseFolding.txt. */
    private static void foldings() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            int folded = UCharacter.foldCase(point, true);
            if (folded != point) {
                System.out.printf("fold %04X %04X%n", point, folded);
            }
        }
    }
}
