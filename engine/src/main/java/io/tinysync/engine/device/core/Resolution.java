package io.tinysync.engine.device.core;

/**
 * How a change of this device that met another's was settled: what the conflict table (DESIGN section 5, {@code docs/conflicts.md})
 * says of changes that both sides made. What the server takes without objection, as a renaming of a file that was edited
 * meanwhile, needs none.
 */
public enum Resolution {
    /** Another edit came first: this one is in a conflict copy. */
    EDIT_COPIED,
    /** A program saved what it had opened before another edit came: what it saved is in a conflict copy. */
    SAVE_COPIED,
    /** Another edit came first and wrote the same bytes: there is nothing left to do. */
    EDIT_EQUAL,
    /** An edit on top of one that is in a conflict copy: it went there too. */
    EDIT_FOLLOWED,
    /** The file was deleted: the edit brought it back. */
    EDIT_RESTORED_FILE,
    /** The file was deleted with the folder that it was in: the edit brought both back. */
    EDIT_RESTORED_FOLDER,
    /** The file was edited: it is not deleted. */
    DELETE_LEFT_EDIT,
    /** The item was renamed or moved: it is deleted where it is. */
    DELETE_FOLLOWED_MOVE,
    /** The item, or a folder above it, was moved out of the folder that was removed: it stays where it was moved to. */
    DELETE_LEFT_MOVED,
    /** Something was changed in the folder, made in it or moved into it: the folder is not deleted. */
    DELETE_LEFT_FOLDER,
    /** The item was deleted: it is neither renamed nor moved. */
    MOVE_OF_DELETED,
    /** The item was deleted: its mode and time are not changed. */
    METADATA_OF_DELETED,
    /** The item was renamed: that name stays. */
    MOVE_OF_RENAMED,
    /** The item was moved to another folder: it stays there. */
    MOVE_OF_MOVED,
    /** The file was edited: it gets the mode, and keeps the time of the edit. */
    METADATA_OF_EDITED,
    /** The same file or link was made there: both are one. */
    CREATE_ADOPTED,
    /** A folder of that name was made there: both are one. */
    FOLDERS_MERGED,
    /** Something else of that name was made there: the new item has a conflict name. */
    CREATE_RENAMED,
    /** Something else of that name was made there: what is moved there has a conflict name. */
    MOVE_RENAMED,
    /** The folder was deleted: what is made in it brought it back. */
    CREATE_RESTORED_FOLDER,
    /** The folder that the item was in was deleted: the item is where it was moved to. */
    MOVE_RESTORED_ITEM,
    /** The folder that the item was to be moved into was deleted: it stays where it was. */
    MOVE_INTO_DELETED,
    /** The folder that the item was to be moved into is in the item by now: it stays where it was. */
    MOVE_INTO_ITSELF
}
