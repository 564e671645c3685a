package io.tinysync.server;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a misspelled name was meant to be. */
final class NearestName {

    /** Edits between two names that may still be the same word. */
    private static final int NEAR = 2;

    private NearestName() {}

    /** The one of the names that has nearly the same letters, or else the one that ends in the same part. */
    static Optional<String> of(String name, Collection<String> names) {
        return names.stream()
                .min(Comparator.comparingInt(known -> edits(letters(known), letters(name))))
                .filter(known -> edits(letters(known), letters(name)) <= NEAR)
                .or(() -> names.stream()
                        .filter(known -> lastPart(known).equals(lastPart(name)))
                        .findFirst());
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    private static String lastPart(String name) {
        return letters(name.substring(name.lastIndexOf('.') + 1));
    }

    /** Insertions, deletions and replacements of one character (Levenshtein 1966). */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
