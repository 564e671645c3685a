package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;

/** What a rename did to the identities of open files. */
public sealed interface RenameOutcome {

    /** The item has its new place; nothing had been there, or what was there had never left this device or was no file. */
    record Moved(ItemId itemId) implements RenameOutcome {}

    /** Both names are the same item's; nothing changed. */
    record Unchanged(ItemId itemId) implements RenameOutcome {}

    /**
     * A file was renamed over another: the target keeps its identity and now has the source's content (a safe save). Handles of
     * {@code source} belong to {@code target} from now on; handles that {@code target} had are of an unlinked file.
     */
    record Replaced(ItemId target, ItemId source) implements RenameOutcome {}
}
