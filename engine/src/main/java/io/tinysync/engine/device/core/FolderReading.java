package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import java.util.Optional;
import java.util.Set;

/**
 * Tells when a program reads the small files of a folder one after the other, so that those that follow can be fetched together. Two that are not
 * here and are opened shortly after each other make such a program; one alone is only one file. An immutable value.
 *
 * @param folder in which a file was opened last that was not here, or not before it was asked for
 * @param openedMs when, in ms
 * @param asked the names of those in it that were asked for last, whether or not they have come
 */
public record FolderReading(Optional<ItemId> folder, long openedMs, Set<String> asked) {

    /** A longer pause is a person's. */
    static final long SHORTLY_MS = 1_000;

    /** Nothing was opened yet. */
    public static final FolderReading NONE = new FolderReading(Optional.empty(), 0, Set.of());

    public FolderReading {
        asked = Set.copyOf(asked);
    }

    /** Whether the files that follow this one are to be fetched, which is opened now and is not here. */
    public boolean goesOn(ItemId in, String name, long nowMs) {
        return isIn(in) && Math.abs(nowMs - openedMs) <= SHORTLY_MS && !asked.contains(name);
    }

    /** What is known once a file was opened that is here: one that was asked for is a part of the reading. */
    public FolderReading openedHere(ItemId in, String name, long nowMs) {
        return isIn(in) && asked.contains(name) ? new FolderReading(folder, nowMs, asked) : this;
    }

    /** What is known once it was opened. */
    public FolderReading opened(ItemId in, long nowMs) {
        return new FolderReading(Optional.of(in), nowMs, isIn(in) ? asked : Set.of());
    }

    /** What is known once these were asked for. */
    public FolderReading asking(Set<String> names) {
        return new FolderReading(folder, openedMs, names);
    }

    private boolean isIn(ItemId in) {
        return folder.filter(in::equals).isPresent();
    }
}
