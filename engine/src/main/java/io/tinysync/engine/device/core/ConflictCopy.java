package io.tinysync.engine.device.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A conflict copy in the local tree, known by its name alone, so that every device finds those of all others, and a person ends a
 * conflict by renaming or removing files.
 *
 * @param item the copy
 * @param path where it is, from the vault's root, without a leading slash
 * @param originalName the name of what it is a copy of, in the same folder
 * @param originalIsThere whether something of that name is there
 * @param device the name of the device whose edit it holds
 * @param date on which it was made by that device's clock, yyyy-mm-dd
 */
public record ConflictCopy(
        LocalItem item, String path, String originalName, boolean originalIsThere, String device, String date) {

    /** What every copy's name has in it, and what a store may look for. */
    public static final String MARK = " (conflicted copy, ";

    private static final Pattern NAME =
            Pattern.compile("(.+?) \\(conflicted copy, (.+), (\\d{4,}-\\d\\d-\\d\\d)(?:, \\d+)?\\)(\\.[^.]*)?");

    /** Whether a name is that of a conflict copy. */
    public static boolean isNamedSo(String name) {
        return name.contains(MARK) && NAME.matcher(name).matches();
    }

    /** The copies that are shown, at most so many. */
    public static List<ConflictCopy> in(StoreView store, LocalView view, int limit) {
        List<ConflictCopy> found = new ArrayList<>();
        store.overlayCopies(limit)
                .forEach(row ->
                        view.item(row.itemId()).flatMap(item -> of(view, item)).ifPresent(found::add));
        store.serverCopies(limit).stream()
                .filter(item -> store.overlay(item.itemId()).isEmpty())
                .limit(limit - found.size())
                .forEach(item -> of(view, LocalView.shown(item)).ifPresent(found::add));
        return found;
    }

    /** The name of what a conflict copy is one of; empty for any other name. */
    static Optional<String> originalName(String name) {
        Matcher matcher = NAME.matcher(name);
        return name.contains(MARK) && matcher.matches() ? Optional.of(originalName(matcher)) : Optional.empty();
    }

    private static String originalName(Matcher name) {
        String extension = name.group(4);
        return name.group(1) + (extension == null ? "" : extension);
    }

    private static Optional<ConflictCopy> of(LocalView view, LocalItem item) {
        Matcher name = NAME.matcher(item.name());
        if (item.isFolder() || !name.matches()) {
            return Optional.empty();
        }
        String original = originalName(name);
        boolean there = view.child(item.parentItemId(), original).isPresent();
        return Optional.of(new ConflictCopy(item, view.path(item), original, there, name.group(2), name.group(3)));
    }
}
