package io.tinysync.engine.blob;

/** What became of bytes for an upload in parts. */
public sealed interface AppendResult {

    /** All were taken; so many have arrived in all. */
    record Taken(long arrived) implements AppendResult {}

    /** They do not begin where the last ones ended; nothing was taken. So many have arrived. */
    record WrongOffset(long arrived) implements AppendResult {}

    /** With them the upload has more bytes than this limit; what arrived up to there is kept. */
    record TooLarge(long limit) implements AppendResult {}

    /** Other uploads of the same owner that are under way leave no room for it in their {@link UploadAllowance}; nothing was taken. */
    record NoRoom(UploadAllowance allowance) implements AppendResult {}

    /** The disk is full; what arrived before that is kept. */
    record NoSpace() implements AppendResult {}
}
