package io.tinysync.engine.tree;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Simple case folding and the assigned code points of one Unicode version, from the resource {@code unicode.txt}; its head says
 * which version and how it was made. {@link Character} would change under a vault's names with the next JDK.
 */
final class UnicodeTable {

    private static final String RESOURCE = "unicode.txt";

    private final String version;
    private final int[] assignedFirst;
    private final int[] assignedLast;
    private final int[] foldFrom;
    private final int[] foldTo;

    private UnicodeTable(String version, List<int[]> assigned, List<int[]> foldings) {
        this.version = version;
        this.assignedFirst = column(assigned, 0);
        this.assignedLast = column(assigned, 1);
        this.foldFrom = column(foldings, 0);
        this.foldTo = column(foldings, 1);
    }

    /**
     * Reads the table that ships with this module.
     *
     * @throws IllegalStateException if the resource is missing or broken, since nothing can be named without it
     */
    static UnicodeTable load() {
        try (InputStream in = UnicodeTable.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + RESOURCE + " is missing");
            }
            return read(new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Unicode version, such as {@code 16.0}. */
    String version() {
        return version;
    }

    /** Whether the code point is assigned; surrogates and noncharacters are not. */
    boolean knows(int codePoint) {
        int at = Arrays.binarySearch(assignedFirst, codePoint);
        return at >= 0 || (at < -1 && codePoint <= assignedLast[-at - 2]);
    }

    /** The text with every code point replaced by its simple case folding (status C and S of CaseFolding.txt). */
    String fold(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().map(this::fold).forEach(result::appendCodePoint);
        return result.toString();
    }

    private int fold(int codePoint) {
        int at = Arrays.binarySearch(foldFrom, codePoint);
        return at >= 0 ? foldTo[at] : codePoint;
    }

    /** Lines of {@code version V}, {@code assigned FIRST LAST} and {@code fold FROM TO}, hexadecimal, ascending; # comments. */
    private static UnicodeTable read(BufferedReader lines) throws IOException {
        String version = "";
        List<int[]> assigned = new ArrayList<>();
        List<int[]> foldings = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "version" -> version = words[1];
                case "assigned" -> assigned.add(pair(words));
                case "fold" -> foldings.add(pair(words));
                case "#" -> {}
                default -> throw new IllegalStateException(RESOURCE + " has the line " + line);
            }
        }
        return new UnicodeTable(version, assigned, foldings);
    }

    private static int[] pair(String[] words) {
        return new int[] {Integer.parseInt(words[1], 16), Integer.parseInt(words[2], 16)};
    }

    private static int[] column(List<int[]> rows, int index) {
        return rows.stream().mapToInt(row -> row[index]).toArray();
    }
}
