package io.tinysync.engine.device.core;

/** Why the local tree refuses an act; the client node maps each to one errno. */
public enum Refusal {
    /** No such item or name (ENOENT). */
    NO_ENTRY,
    /** The name, or one with the same key, is taken (EEXIST). */
    EXISTS,
    /** A folder with something in it (ENOTEMPTY). */
    NOT_EMPTY,
    /** A folder is needed (ENOTDIR). */
    NOT_FOLDER,
    /** Not possible with a folder (EISDIR). */
    IS_FOLDER,
    /** The vault's name policy forbids the name (EINVAL), or it is too long (ENAMETOOLONG, by {@link #NAME_TOO_LONG}). */
    INVALID_NAME,
    /** The name is over 255 bytes (ENAMETOOLONG). */
    NAME_TOO_LONG,
    /** A folder cannot go below itself (EINVAL). */
    CYCLE,
    /** Over the limit of file size (EFBIG). */
    TOO_LARGE,
    /** Access was lost, or the item is of a kind that this version does not know (EROFS). */
    READ_ONLY
}
